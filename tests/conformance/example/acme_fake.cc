#include "tests/conformance/example/acme_fake.h"

#include <algorithm>

namespace spillway::example {
namespace {

using fakes::Request;
using fakes::Response;
using nlohmann::json;

Response Answer(int status, const json& body) {
  return {.status = status, .body = body.dump(), .content_type = "application/json"};
}

Response Refusal(int status, const std::string& code, const std::string& message) {
  return Answer(status, {{"error", {{"code", code}, {"message", message}}}});
}

Response HtmlPage(int status) {
  return {.status = status, .body = "<html>Bad Gateway</html>", .content_type = "text/html"};
}

bool HasTag(const json& machine, const std::string& tag) {
  const json& tags = machine["tags"];
  return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

// What the client sees of a machine.
json Shown(json machine) {
  machine.erase("hidden_looks");
  if (machine["status"] == "building") machine["address"] = nullptr;
  return machine;
}

}  // namespace

void FakeAcme::Fail(const std::string& call, const AcmeFault& fault, int after, int times) {
  const std::lock_guard lock(mutex_);
  for (int i = 0; i < after; ++i) faults_.emplace_back(call, std::nullopt);
  for (int i = 0; i < times; ++i) faults_.emplace_back(call, fault);
}

void FakeAcme::Settle() {
  const std::lock_guard lock(mutex_);
  for (json& machine : machines_) {
    if (machine["status"] == "building") machine["status"] = "up";
    if (machine["status"] == "deleting") machine["status"] = "gone";
    machine["hidden_looks"] = 0;
  }
}

void FakeAcme::SetStatus(const std::string& id, const std::string& status) {
  const std::lock_guard lock(mutex_);
  for (json& machine : machines_) {
    if (machine["id"] == id) machine["status"] = status;
  }
}

void FakeAcme::Forget(const std::string& id) { SetStatus(id, "gone"); }

void FakeAcme::Add(const std::vector<std::string>& tags) {
  const std::lock_guard lock(mutex_);
  Make("small", tags);
}

std::vector<json> FakeAcme::machines() const {
  const std::lock_guard lock(mutex_);
  return {machines_.begin(), machines_.end()};
}

std::optional<AcmeFault> FakeAcme::NextFault(const std::string& call) {
  const auto next = std::find_if(faults_.begin(), faults_.end(),
                                 [&call](const auto& entry) { return entry.first == call; });
  if (next == faults_.end()) return std::nullopt;
  const auto fault = next->second;
  faults_.erase(next);
  return fault;
}

// "/v1/machines/m-1?tag=x" is the call "GET /machines" of "m-1".
Response FakeAcme::Handle(const Request& request) {
  const std::size_t question = std::min(request.target.find('?'), request.target.size());
  const std::string path = request.target.substr(3, question - 3);
  const auto query =
      fakes::ParseForm(question < request.target.size() ? request.target.substr(question + 1) : "");
  const std::size_t slash = std::min(path.find('/', 1), path.size());
  const std::string call = request.method + " " + path.substr(0, slash);
  const std::string id = slash < path.size() ? path.substr(slash + 1) : "";

  const std::lock_guard lock(mutex_);
  const std::optional<AcmeFault> fault = NextFault(call);
  if (!fault) return Carry(call, id, query, request.body);
  Response response;
  if (fault->status == 0) {
    response = Carry(call, id, query, request.body);
  } else if (fault->code.empty()) {
    response = HtmlPage(fault->status);
  } else {
    response = Refusal(fault->status, fault->code, fault->message);
  }
  if (fault->is_garbled) response = HtmlPage(200);
  response.delivery = fault->delivery;
  return response;
}

Response FakeAcme::Carry(const std::string& call, const std::string& id,
                         const std::map<std::string, std::string>& query, const std::string& body) {
  if (call == "GET /plans") {
    return Answer(200, json::parse(R"({"plans": [
        {"name": "small", "vcpu": 2, "memory_mib": 4096, "price_per_hour": 0.03}]})"));
  }
  if (call == "POST /machines") {
    const json wanted = json::parse(body);
    if (wanted["plan"] != "small" || wanted["site"] != "north") {
      return Refusal(422, "invalid", "no such plan at this site");
    }
    return Answer(201, Shown(Make("small", wanted["tags"])));
  }
  if (call == "GET /machines" && id.empty()) return ListOf(query);
  for (json& machine : machines_) {
    if (machine["id"] != id || machine["status"] == "gone") continue;
    if (int hidden = machine["hidden_looks"]; hidden > 0) {
      machine["hidden_looks"] = hidden - 1;
      continue;
    }
    if (call == "DELETE /machines") machine["status"] = "deleting";
    return call == "DELETE /machines" ? Response{.status = 204} : Answer(200, Shown(machine));
  }
  return Refusal(404, "not_found", "there is no machine " + id);
}

json& FakeAcme::Make(const std::string& plan, const std::vector<std::string>& tags) {
  const std::string number = std::to_string(machines_.size() + 1);
  machines_.push_back({{"id", "m-" + number},
                       {"site", "north"},
                       {"plan", plan},
                       {"status", "building"},
                       {"address", "192.0.2." + number},
                       {"tags", tags},
                       {"created_at", "2026-03-02T00:00:00Z"},
                       {"hidden_looks", hidden_looks_}});
  return machines_.back();
}

Response FakeAcme::ListOf(const std::map<std::string, std::string>& query) {
  json found = json::array();
  for (json& machine : machines_) {
    if (machine["status"] == "gone" || !HasTag(machine, query.at("tag"))) continue;
    if (int hidden = machine["hidden_looks"]; hidden > 0) {
      machine["hidden_looks"] = hidden - 1;
    } else {
      found.push_back(Shown(machine));
    }
  }
  const auto page = query.find("page");
  const std::size_t first = page == query.end() ? 0 : std::stoul(page->second);
  const std::size_t last = std::min(first + page_size_, found.size());
  json answer = {{"machines", json::array()}, {"next", nullptr}};
  for (std::size_t i = first; i < last; ++i) answer["machines"].push_back(found[i]);
  if (last < found.size()) answer["next"] = std::to_string(last);
  if (repeats_pages_) answer["next"] = std::to_string(first);
  return Answer(200, answer);
}

}  // namespace spillway::example
