#include "scaler/cli/providers_view.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scaler/cli/record_text.h"
#include "scaler/cli/table.h"

namespace spillway {
namespace {

using nlohmann::json;
using State = CredentialSighting::State;

// "kvm lxc"
std::string HypervisorsText(std::span<const MatrixRow> rows, ClusterType type) {
  std::string text;
  for (const MatrixRow& row : rows) {
    if (row.type != type) continue;
    for (const Hypervisor hypervisor : row.hypervisors) {
      text += (text.empty() ? "" : " ") + std::string(Name(hypervisor));
    }
  }
  return text;
}

json HostsJson(std::span<const MatrixRow> rows) {
  if (rows.empty()) return nullptr;
  json hosts = {{"metal", json::array()}, {"virtual", json::array()}};
  for (const MatrixRow& row : rows) {
    for (const Hypervisor hypervisor : row.hypervisors) {
      hosts[std::string(Name(row.type))].push_back(Name(hypervisor));
    }
  }
  return hosts;
}

Ink InkOf(State state) {
  switch (state) {
    case State::kFound: return Ink::kGood;
    case State::kMissing: return Ink::kBad;
    case State::kUnsure: return Ink::kBusy;
    case State::kNotNeeded: return Ink::kPlain;
  }
  return Ink::kPlain;
}

std::string WordOf(State state) {
  return state == State::kNotNeeded ? "not needed" : std::string(Name(state));
}

std::string DriversTable(std::span<const ProviderKind> drivers, const TextStyle& style) {
  Table table({{.title = "DRIVER"},
               {.title = "METAL HOSTS"},
               {.title = "VIRTUAL HOSTS"},
               {.title = "BILLS", .rank = 1},
               {.title = "A CREATE CAN BE REPEATED", .rank = 2},
               {.title = "WHAT", .is_cuttable = true}});
  for (const ProviderKind& driver : drivers) {
    const std::span<const MatrixRow> rows = ProviderMatrix(driver.kind);
    const std::string unsaid = rows.empty() ? "as configured" : "-";
    const auto cell = [&](ClusterType type) {
      const std::string text = HypervisorsText(rows, type);
      return text.empty() ? unsaid : text;
    };
    table.Add({std::string(driver.kind), cell(ClusterType::kMetal), cell(ClusterType::kVirtual),
               std::string(driver.billing), std::string(driver.idempotency),
               std::string(driver.summary)});
  }
  return table.Text(style);
}

std::string AccountsTable(std::span<const AccountRow> accounts, const TextStyle& style) {
  Table table({{.title = "ACCOUNT"},
               {.title = "DRIVER"},
               {.title = "METAL HOSTS", .rank = 1},
               {.title = "VIRTUAL HOSTS", .rank = 1},
               {.title = "CREDENTIALS"},
               {.title = "WHERE", .is_cuttable = true}});
  for (const AccountRow& account : accounts) {
    table.Add({account.name,
               account.kind,
               HypervisorsText(account.rows, ClusterType::kMetal),
               HypervisorsText(account.rows, ClusterType::kVirtual),
               {WordOf(account.credentials.state), InkOf(account.credentials.state)},
               Printable(account.credentials.where)});
  }
  return table.Text(style);
}

}  // namespace

std::string ProvidersView(std::span<const ProviderKind> drivers,
                          std::span<const AccountRow> accounts, const TextStyle& style) {
  std::string text = DriversTable(drivers, style);
  if (!accounts.empty()) text += "\n" + AccountsTable(accounts, style);
  return text;
}

std::string ProvidersJson(std::span<const ProviderKind> drivers,
                          std::span<const AccountRow> accounts) {
  json report = {{"drivers", json::array()}, {"accounts", json::array()}};
  for (const ProviderKind& driver : drivers) {
    report["drivers"].push_back({{"kind", driver.kind},
                                 {"summary", driver.summary},
                                 {"hosts", HostsJson(ProviderMatrix(driver.kind))},
                                 {"idempotency", driver.idempotency},
                                 {"billing", driver.billing}});
  }
  for (const AccountRow& account : accounts) {
    report["accounts"].push_back(
        {{"name", account.name},
         {"kind", account.kind},
         {"hosts", HostsJson(account.rows)},
         {"credentials",
          {{"state", Name(account.credentials.state)}, {"where", account.credentials.where}}}});
  }
  return JsonText(report);
}

std::string ChecksView(std::span<const AccountCheck> checks, const TextStyle& style) {
  std::string text;
  for (const AccountCheck& check : checks) {
    text += Painted(style, Ink::kStrong, check.account) + ": " +
            Painted(style, check.passed() ? Ink::kGood : Ink::kBad,
                    check.passed() ? "can be used" : "cannot be used") +
            "\n";
    for (const CheckedStep& step : check.steps) {
      text += Hanging(style, Padded("  " + step.name, 15) + (step.passed ? "good  " : "bad   "),
                      Printable(step.text));
      for (const std::string& remark : step.remarks) {
        text += Hanging(style, Padded("", 15) + "note  ", Printable(remark));
      }
    }
  }
  return text;
}

std::string ChecksJson(std::span<const AccountCheck> checks) {
  json report = json::array();
  for (const AccountCheck& check : checks) {
    json steps = json::array();
    for (const CheckedStep& step : check.steps) {
      steps.push_back({{"name", step.name},
                       {"passed", step.passed},
                       {"text", step.text},
                       {"remarks", step.remarks}});
    }
    report.push_back(
        {{"account", check.account}, {"passed", check.passed()}, {"steps", std::move(steps)}});
  }
  return JsonText(report);
}

}  // namespace spillway
