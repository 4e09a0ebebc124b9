#include <algorithm>
#include <cctype>
#include <fstream>
#include <iostream>
#include <iterator>
#include <utility>

#include "bus/adapters/feed.h"
#include "bus/frame.h"
#include "scaler/app/app_config.h"
#include "scaler/cli/adapters_view.h"
#include "scaler/cli/commands.h"
#include "scaler/cli/config_errors.h"
#include "scaler/cli/output.h"
#include "scaler/cli/stored_state.h"
#include "scaler/runtime/clock.h"
#include "scaler/runtime/http_client.h"

namespace spillway {
namespace {

std::string ReadBody(const std::string& path) {
  if (path == "-") return {std::istreambuf_iterator<char>(std::cin), {}};
  std::ifstream file(path, std::ios::binary);
  if (!file) throw CommandError(kFailed, "cannot read the body of " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

const adapters::SourceConfig& FindSource(const AppConfig& config, const std::string& name) {
  std::string names;
  for (const adapters::SourceConfig& source : config.adapters.sources) {
    if (source.name == name) return source;
    names += (names.empty() ? "" : ", ") + source.name;
  }
  throw CommandError(kNothingThere, "there is no adapter \"" + name + "\" but " +
                                        (names.empty() ? "none at all" : names));
}

// What was typed as a request. A packed body need not be called so.
HttpQuestion Question(const TestAdapterOptions& options, const adapters::HttpRoute& route) {
  HttpQuestion question;
  question.method = route.method;
  question.query = options.query;
  question.body = ReadBody(options.body);
  for (const std::string& header : options.headers) {
    const std::size_t colon = header.find(':');
    std::string name = header.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const std::size_t value = header.find_first_not_of(": ", colon);
    question.headers.emplace_back(name, value == std::string::npos ? "" : header.substr(value));
  }
  const bool is_gzip = question.body.starts_with("\x1f\x8b");
  if (is_gzip && question.Header("content-encoding").empty()) {
    question.headers.emplace_back("content-encoding", "gzip");
  }
  return question;
}

// Lets the bus look at each sample by itself.
AdapterPreview Judge(const adapters::Receipt& receipt, const AppConfig& config, Time now) {
  AdapterPreview preview;
  for (const adapters::Lost& lost : receipt.lost) {
    preview.lost.push_back({std::string(Name(lost.reason)), lost.detail});
  }
  bus::Decoder decoder(ClusterNames(config), config.bus.subscriber.limits,
                       [&preview](bus::Reject reject, std::string_view detail) {
                         preview.lost.push_back({std::string(Name(reject)), std::string(detail)});
                       });
  SampleBatch batch;
  for (const adapters::MappedSample& sample : receipt.samples) {
    const std::size_t before = batch.samples.size();
    for (const std::string& frame : adapters::ToFrames({&sample, 1}, 1)) {
      decoder.Decode(frame, now, batch);
    }
    if (batch.samples.size() > before) preview.arriving.push_back(sample);
  }
  return preview;
}

// What is sent to the adapter as a request.
int TestSent(const adapters::SourceConfig& source, const TestAdapterOptions& options,
             const AppConfig& config, Time now, AdapterPreview& preview) {
  const adapters::HttpAdapter& adapter = *source.adapter.http;
  const adapters::HttpRoute route = adapter.routes().front();
  const adapters::Receipt receipt = Receive(adapter, source.mapping, Question(options, route),
                                            options.path.empty() ? route.path : options.path,
                                            config.adapters.max_unpacked_bytes, now);
  preview = Judge(receipt, config, now);
  preview.answer = receipt.answer;
  return receipt.answer.status < 400 ? kOk : kFailed;
}

// What is sent to the adapter as a datagram.
int TestDatagram(const adapters::SourceConfig& source, const TestAdapterOptions& options,
                 const AppConfig& config, Time now, AdapterPreview& preview) {
  const std::string datagram = ReadBody(options.body);
  preview = Judge(Receive(*source.adapter.datagram, source.mapping, datagram), config, now);
  return preview.arriving.empty() ? kFailed : kOk;
}

// What the system that the adapter asks says now.
int TestAsked(const adapters::SourceConfig& source, const AppConfig& config, Time now,
              AdapterPreview& preview) {
  HttpClient http;
  adapters::Pulled pulled = source.adapter.pull
                                ->open({http, source.name, adapters::ReadToken(source.token),
                                        config.adapters.max_unpacked_bytes})
                                ->Pull(now);
  adapters::Receipt receipt{{}, std::move(pulled.lost), {}};
  if (pulled.failure) receipt.lost.push_back(*pulled.failure);
  MapAll(source.mapping, pulled.readings, receipt);
  preview = Judge(receipt, config, now);
  preview.warnings = std::move(pulled.warnings);
  return pulled.failure ? kFailed : kOk;
}

}  // namespace

int TestAdapter(const TestAdapterOptions& options) {
  const ReadConfigResult read = ReadConfigFile(options.config);
  if (!read.config) {
    PrintConfigErrors(options.config, read.errors);
    return kBadConfig;
  }
  const adapters::SourceConfig& source = FindSource(*read.config, options.name);
  const Time now = options.now.value_or(SystemClock().Now());
  AdapterPreview preview;
  const int code = source.adapter.pull ? TestAsked(source, *read.config, now, preview)
                   : source.adapter.datagram
                       ? TestDatagram(source, options, *read.config, now, preview)
                       : TestSent(source, options, *read.config, now, preview);
  Print(options.output != OutputFormat::kText
            ? InFormat(options.output, AdapterPreviewJson(preview))
            : AdapterPreviewView(preview, StyleOfStdout()));
  return code;
}

}  // namespace spillway
