#include "scaler/cli/adapters_view.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "scaler/cli/record_text.h"
#include "scaler/cli/table.h"
#include "scaler/model/rfc3339.h"

namespace spillway {
namespace {

std::string LabelsText(const Labels& labels) {
  std::string text;
  for (const auto& [name, value] : labels) {
    text += (text.empty() ? "" : " ") + name + "=" + value;
  }
  return Printable(text);
}

std::string SamplesText(const AdapterPreview& preview, const TextStyle& style) {
  Table table({{.title = "CLUSTER"},
               {.title = "METRIC"},
               {.title = "VALUE", .is_number = true},
               {.title = "TIME"},
               {.title = "LABELS", .is_cuttable = true}});
  for (const adapters::MappedSample& sample : preview.arriving) {
    table.Add({Printable(sample.key.cluster), Printable(sample.key.metric),
               fmt::format("{:g}", sample.value),
               sample.time ? TimeText(*sample.time) : "on arrival", LabelsText(sample.key.labels)});
  }
  return table.Text(style);
}

std::string LostText(const AdapterPreview& preview, const TextStyle& style) {
  Table table({{.title = "NOT TAKEN"}, {.title = "WHAT", .is_cuttable = true}});
  for (const LostRow& row : preview.lost) {
    table.Add({Table::Cell(row.reason, Ink::kBusy), Printable(row.detail)});
  }
  return table.Text(style);
}

}  // namespace

std::string AdapterPreviewView(const AdapterPreview& preview, const TextStyle& style) {
  std::string text;
  if (!preview.arriving.empty()) text += SamplesText(preview, style) + "\n";
  if (!preview.lost.empty()) text += LostText(preview, style) + "\n";
  text += fmt::format("{} would arrive, {} not", preview.arriving.size(), preview.lost.size());
  if (!preview.answer) return text + "\n";
  return text + fmt::format("; the sender would be answered with {}\n", preview.answer->status);
}

std::string AdapterPreviewJson(const AdapterPreview& preview) {
  nlohmann::json samples = nlohmann::json::array();
  for (const adapters::MappedSample& sample : preview.arriving) {
    nlohmann::json& row = samples.emplace_back(nlohmann::json{{"cluster", sample.key.cluster},
                                                              {"metric", sample.key.metric},
                                                              {"labels", nlohmann::json::object()},
                                                              {"value", sample.value},
                                                              {"time", nullptr}});
    if (sample.time) row["time"] = sample.time->time_since_epoch().count();
    for (const auto& [name, value] : sample.key.labels) row["labels"][name] = value;
  }
  nlohmann::json lost = nlohmann::json::array();
  for (const LostRow& row : preview.lost) {
    lost.push_back({{"reason", row.reason}, {"detail", row.detail}});
  }
  return JsonText({{"samples", std::move(samples)},
                   {"lost", std::move(lost)},
                   {"status", preview.answer ? nlohmann::json(preview.answer->status) : nullptr}});
}

}  // namespace spillway
