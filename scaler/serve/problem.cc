#include "scaler/serve/problem.h"

#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "scaler/serve/answers.h"

namespace spillway {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<int, std::string_view>, 14> kTitles = {{
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {409, "Conflict"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {503, "Service Unavailable"},
}};

std::string_view TitleOf(int status) {
  for (const auto& [number, title] : kTitles) {
    if (number == status) return title;
  }
  return "Error";
}

}  // namespace

Problem& Problem::With(std::vector<ProblemPlace> places) {
  places_ = std::move(places);
  return *this;
}

Problem& Problem::With(std::string header, std::string value) {
  headers_.emplace_back(std::move(header), std::move(value));
  return *this;
}

HttpAnswer Problem::Answer() const {
  json body = {{"type", "urn:spillway:problem:" + code_},
               {"title", TitleOf(status_)},
               {"status", status_},
               {"detail", what()}};
  for (const ProblemPlace& place : places_) {
    body["errors"].push_back({{"path", place.path}, {"message", place.message}});
  }
  HttpAnswer answer = JsonAnswer(body, status_);
  answer.content_type = "application/problem+json";
  answer.headers = headers_;
  return answer;
}

Problem NotFound(const std::string& detail) { return {404, "not_found", detail}; }

Problem Invalid(std::vector<ProblemPlace> places) {
  Problem problem(400, "invalid_request",
                  places.size() == 1 ? places.front().path + ": " + places.front().message
                                     : std::to_string(places.size()) + " errors");
  problem.With(std::move(places));
  return problem;
}

}  // namespace spillway
