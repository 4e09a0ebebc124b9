# `cmake --install`, and the Debian package that CPack makes of the same files.
include(GNUInstallDirs)
set(here ${CMAKE_SOURCE_DIR}/config)
set(doc ${CMAKE_INSTALL_DATADIR}/doc/spillway)

install(TARGETS spillway RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
# Paths that systemd and dpkg give, whatever the prefix is: CPack's is /usr.
install(FILES ${here}/spillway.service DESTINATION lib/systemd/system)
install(FILES ${here}/spillway.sysusers DESTINATION lib/sysusers.d RENAME spillway.conf)
install(FILES ${here}/installed.yaml DESTINATION /etc/spillway RENAME spillway.yaml)
install(FILES ${here}/alerts.yaml ${here}/dashboard.json
        DESTINATION ${CMAKE_INSTALL_DATADIR}/spillway)
install(FILES ${here}/spillway.yaml ${here}/minimal.yaml ${here}/demo.yaml
        DESTINATION ${doc}/examples)
install(FILES ${here}/package/copyright DESTINATION ${doc})

# Compressed, as Debian wants its documents, and without a time in them.
function(spillway_install_compressed from name folder)
  set(to ${CMAKE_BINARY_DIR}/package/${name}.gz)
  add_custom_command(OUTPUT ${to} DEPENDS ${from} VERBATIM
                     COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/package
                     COMMAND sh -c "gzip -9n < \"$1\" > \"$2\"" gzip ${from} ${to})
  set_property(GLOBAL APPEND PROPERTY SPILLWAY_COMPRESSED ${to})
  install(FILES ${to} DESTINATION ${folder})
endfunction()

set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
configure_file(${here}/package/changelog.in ${CMAKE_BINARY_DIR}/package/changelog.Debian @ONLY)
spillway_install_compressed(${CMAKE_BINARY_DIR}/package/changelog.Debian changelog.Debian ${doc})
spillway_install_compressed(${CMAKE_SOURCE_DIR}/CHANGELOG.md NEWS ${doc})

# The manual and the shells' completion, told by the program itself.
set(told ${CMAKE_BINARY_DIR}/package/told)
add_custom_command(OUTPUT ${told}/stamp DEPENDS spillway VERBATIM
                   COMMAND ${CMAKE_COMMAND} -E rm -rf ${told}
                   COMMAND ${CMAKE_COMMAND} -E make_directory ${told}/man
                   COMMAND spillway man ${told}/man
                   COMMAND sh -c "gzip -9n \"$1\"/*.1" gzip ${told}/man
                   COMMAND sh -c "for s in bash zsh fish; do \"$1\" completion $s > \"$2\"/$s; done"
                           completion $<TARGET_FILE:spillway> ${told}
                   COMMAND ${CMAKE_COMMAND} -E touch ${told}/stamp)
install(DIRECTORY ${told}/man/ DESTINATION ${CMAKE_INSTALL_DATADIR}/man/man1)
install(FILES ${told}/bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
        RENAME spillway)
install(FILES ${told}/zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions
        RENAME _spillway)
install(FILES ${told}/fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d
        RENAME spillway.fish)
install(FILES ${here}/package/lintian-overrides DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides
        RENAME spillway)

get_property(compressed GLOBAL PROPERTY SPILLWAY_COMPRESSED)
add_custom_target(package_files ALL DEPENDS ${compressed} ${told}/stamp)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME spillway)
set(CPACK_PACKAGE_VENDOR "The Spillway authors")
set(CPACK_PACKAGE_CONTACT "The Spillway authors <spillway@users.noreply.github.com>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_SET_DESTDIR ON)  # the configuration lies outside of the prefix
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR})
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "systemd | systemd-standalone-sysusers, ca-certificates, tzdata")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS openssh-client)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "ipmitool, prometheus, grafana")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "event-driven hybrid autoscaler of edge clusters
Load and latency arrive on a ZeroMQ bus; policies see that an edge cluster
will run over; Spillway bursts it onto cloud machines that run the matching
hypervisor (KVM, Firecracker, LXC), and gives them back when the peak is
past: the most expensive first, no guest hurt, never over the money envelope.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${here}/package/postinst ${here}/package/prerm
    ${here}/package/postrm ${here}/package/conffiles)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
