#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "providers/opennebula/client/xml_rpc.h"
#include "tests/support/paths.h"

namespace spillway {
namespace {

using testing::SourcePath;

using Values = std::vector<RpcValue>;

std::string Answer(const std::string& values) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<methodResponse>\n<params>\n<param><value>"
         "<array><data>\n" +
         values + "</data></array></value></param>\n</params>\n</methodResponse>\n";
}

TEST(XmlRpc, WritesEveryKindOfParameterAndEscapesText) {
  const std::vector<RpcParam> params = {"a<b>&\"c\"", 7, true};
  EXPECT_EQ(WriteRpcCall("one.x.y", params),
            "<?xml version=\"1.0\"?><methodCall><methodName>one.x.y</methodName><params>"
            "<param><value><string>a&lt;b&gt;&amp;\"c\"</string></value></param>"
            "<param><value><i4>7</i4></value></param>"
            "<param><value><boolean>1</boolean></value></param></params></methodCall>");
}

TEST(XmlRpc, ReadsEveryKindOfValue) {
  struct Case {
    const char* xml;
    RpcValue value;
  };
  const Case cases[] = {
      {"<value><boolean>1</boolean></value>", true},
      {"<value><boolean>0</boolean></value>", false},
      {"<value><i4>1024</i4></value>", std::int64_t{1024}},
      {"<value><int>-5</int></value>", std::int64_t{-5}},
      {"<value><i8>9000000000</i8></value>", std::int64_t{9000000000}},
      {"<value><string>&lt;HOST/&gt; &amp; more</string></value>", std::string("<HOST/> & more")},
      {"<value><string><![CDATA[<A>1</A>]]> and <![CDATA[<B/>]]></string></value>",
       std::string("<A>1</A> and <B/>")},
      {"<value>no type</value>", std::string("no type")},
      {"<value><string></string></value>", std::string()},
      {"<value><string> </string></value>", std::string(" ")},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(ReadRpcAnswer(Answer(c.xml)), RpcAnswer(Values{c.value})) << c.xml;
  }
}

TEST(XmlRpc, ReadsAFault) {
  const std::string xml =
      "<methodResponse><fault><value><struct>"
      "<member><name>faultCode</name><value><int>-506</int></value></member>"
      "<member><name>faultString</name><value><string>not defined</string></value></member>"
      "</struct></value></fault></methodResponse>";
  EXPECT_EQ(ReadRpcAnswer(xml), RpcAnswer(RpcFault{-506, "not defined"}));
}

TEST(XmlRpc, RefusesWhatItDoesNotUnderstand) {
  const std::string deep = [] {
    std::string xml;
    for (int i = 0; i < 200000; ++i) xml += "<value><array><data>";
    return Answer(xml);
  }();
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "<value>x</value>";
  const std::string cases[] = {
      "",
      "<html>Bad gateway",
      "<methodResponse/>",
      "<other><params/></other>",
      Answer("<value><boolean>yes</boolean></value>"),
      Answer("<value><boolean>2</boolean></value>"),
      Answer("<value><i4>12x</i4></value>"),
      Answer("<value><i8>99999999999999999999</i8></value>"),
      Answer("<value><dateTime.iso8601>20260101T00:00:00</dateTime.iso8601></value>"),
      Answer(many),
      deep,
  };
  for (const std::string& body : cases) {
    EXPECT_TRUE(std::holds_alternative<RpcMalformed>(ReadRpcAnswer(body))) << body.substr(0, 200);
  }
}

TEST(XmlRpc, DoesNotExpandEntitiesOfTheDocument) {
  const std::string bomb =
      "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>" +
      std::string(
          "<methodResponse><params><param><value><string>&b;</string></value></param>"
          "</params></methodResponse>");
  EXPECT_EQ(ReadRpcAnswer(bomb), RpcAnswer(Values{std::string("&b;")}));
}

TEST(XmlRpc, ReadsARecordedRefusal) {
  std::ifstream file(SourcePath("../shared/facts/opennebula-captures/curl-noexist.txt"));
  if (!file) GTEST_SKIP() << "recorded answers of OpenNebula are not on this machine";
  std::ostringstream body;
  body << file.rdbuf();
  const Values expected = {false, std::string("[one.host.info] Error getting host [77]."),
                           std::int64_t{1024}, std::int64_t{77}, std::int64_t{-1}};
  EXPECT_EQ(ReadRpcAnswer(body.str()), RpcAnswer(expected));
}

}  // namespace
}  // namespace spillway
