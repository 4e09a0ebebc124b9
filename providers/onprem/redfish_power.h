// A power switch that is a BMC with Redfish.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "providers/onprem/power.h"
#include "providers/onprem/power_config.h"
#include "providers/onprem/redfish_api.h"
#include "providers/rest/rest_client.h"
#include "scaler/runtime/secret.h"

namespace spillway {

class RedfishPower final : public Power {
 public:
  // `http` and `clock` outlive it. Opens nothing.
  RedfishPower(const PowerConfig& config, const Secret& password, Duration time_limit,
               HttpClient& http, const Clock& clock);

  Result<PowerStatus> Look() override;
  Result<Done> On() override;
  Result<Done> Off(SwitchOff way) override;

 private:
  Result<RedfishSystem> System();
  // The path of the one system, or of the one that was chosen; asked for once.
  Result<std::string> SystemPath();
  Result<std::string> FindSystem();
  Result<std::vector<std::string>> AllowedResets(const RedfishSystem& system);
  Result<Done> Reset(const RedfishSystem& system, std::string_view type);
  template <class Read>
  auto Get(const std::string& what, const std::string& path, Read read);

  const std::string where_;  // "redfish 192.0.2.10"
  const std::string chosen_system_;
  const Secret password_;
  const std::unique_ptr<Authorisation> authorisation_;
  RestClient client_;

  std::mutex mutex_;  // guards `system_path_`
  std::string system_path_;
};

}  // namespace spillway
