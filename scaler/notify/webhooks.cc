#include "scaler/notify/webhooks.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "scaler/notify/signature.h"
#include "scaler/runtime/http_address.h"

namespace spillway {
namespace {

constexpr Duration kFirstDelay = std::chrono::seconds(5);
constexpr Duration kLongestDelay = std::chrono::minutes(15);
constexpr int kGone = 410;

std::string WhyNot(const HttpResponse& response) {
  std::string why = "answered " + std::to_string(response.status);
  if (response.status >= 300 && response.status < 400) why += "; redirects are not followed";
  return why;
}

Secret AddressOf(const WebhookConfig& config) {
  const std::string what = "notify: the address of the webhook " + config.name;
  if (!config.secret_url.IsGiven()) return Secret(config.url);
  Secret url = ReadSecret(config.secret_url, what);
  const std::string complaint = ComplaintAboutUrl(url.Reveal(), config.plain_text);
  if (!complaint.empty()) throw std::runtime_error(what + ": " + complaint);
  return url;
}

Secret KeyOf(const WebhookConfig& config) {
  const std::string what = "notify: the secret of the webhook " + config.name;
  const Secret secret = ReadSecret(config.secret, what);
  try {
    return SigningKey(secret);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(what + ": " + error.what());
  }
}

}  // namespace

struct Webhooks::Hook {
  Hook(WebhookConfig c, Metrics& metrics)
      : config(std::move(c)),
        url(AddressOf(config)),
        key(KeyOf(config)),
        channel{"webhook " + config.name, 1},
        delivered(metrics.GetCounter("spillway_notify_delivered_total",
                                     "Events that webhooks have taken.",
                                     {{"webhook", config.name}})),
        failures(metrics.GetCounter("spillway_notify_failures_total",
                                    "Attempts to deliver an event that failed.",
                                    {{"webhook", config.name}})),
        waiting_events(metrics.GetGauge("spillway_notify_waiting_events",
                                        "Events that wait for a webhook.",
                                        {{"webhook", config.name}})) {}

  bool Wants(const CloudEvent& event) const {
    return !is_gone && config.Wants(event.kind, event.cluster);
  }
  void Count(std::int64_t change) {
    waiting += change;
    waiting_events.Set(static_cast<double>(waiting));
  }

  const WebhookConfig config;
  const Secret url;
  const Secret key;
  const Channel channel;
  Counter delivered;
  Counter failures;
  Gauge waiting_events;
  std::int64_t waiting = 0;
  std::uint64_t under_way = 0;  // the number of the event that is being sent; 0: none
  EventLoop::TimerId timer = 0;
  bool is_let_go = false;  // what is being sent is not kept any more
  bool is_gone = false;    // it has said that it wants no more
};

std::set<std::string> NamesOf(const std::vector<WebhookConfig>& configs) {
  std::set<std::string> names;
  for (const WebhookConfig& config : configs) names.insert(config.name);
  return names;
}

Webhooks::Webhooks(std::vector<WebhookConfig> configs, Postbox postbox, Outbox& outbox)
    : postbox_(postbox), outbox_(outbox) {
  for (WebhookConfig& config : configs) {
    hooks_.push_back(std::make_unique<Hook>(std::move(config), postbox_.metrics));
    Hook& hook = *hooks_.back();
    hook.Count(0);
    for (const char* reason : {"too_many", "too_old", "gone"}) LostOf(hook, reason);
    std::uint64_t seen = outbox_.Of(hook.config.name).done;
    while (const Outgoing* outgoing = outbox_.Behind(seen)) {
      seen = outgoing->number;
      if (hook.Wants(outgoing->event)) hook.Count(1);
    }
  }
  outbox_.on_news = [this](const Outgoing& outgoing) { OnNews(outgoing); };
  outbox_.on_let_go = [this](const Outgoing& outgoing) { OnLetGo(outgoing); };
  for (const auto& hook : hooks_) Next(*hook);
}

Webhooks::~Webhooks() = default;

Counter Webhooks::LostOf(const Hook& hook, const std::string& reason) {
  return postbox_.metrics.GetCounter("spillway_notify_lost_total",
                                     "Events that a webhook wanted and will not get, by reason.",
                                     {{"webhook", hook.config.name}, {"reason", reason}});
}

void Webhooks::Tell(const Event& event) {
  const bool is_wanted = std::any_of(hooks_.begin(), hooks_.end(), [&](const auto& hook) {
    return !hook->is_gone && hook->config.Wants(event.kind, event.cluster);
  });
  if (is_wanted) outbox_.Add(event);
}

void Webhooks::OnNews(const Outgoing& outgoing) {
  for (const auto& hook : hooks_) {
    if (hook->Wants(outgoing.event)) hook->Count(1);
    Next(*hook);
  }
}

// Too many wait: those who have not had it will not get it.
void Webhooks::OnLetGo(const Outgoing& outgoing) {
  for (const auto& hook : hooks_) {
    const bool is_done = outbox_.Of(hook->config.name).done >= outgoing.number;
    if (is_done || !hook->Wants(outgoing.event)) continue;
    if (hook->under_way == outgoing.number) {
      hook->is_let_go = true;
    } else {
      CountLost(*hook, "too_many", 1);
    }
  }
}

void Webhooks::CountLost(Hook& hook, const char* reason, std::int64_t events) {
  LostOf(hook, reason).Add(static_cast<double>(events));
  hook.Count(-events);
  postbox_.log.Limited(LogLevel::kError, "notify.events_lost",
                       {{"webhook", hook.config.name}, {"reason", reason}, {"events", events}});
}

void Webhooks::Next(Hook& hook) {
  if (hook.under_way != 0 || hook.timer != 0) return;
  const std::string& name = hook.config.name;
  const Outgoing* next = outbox_.Behind(outbox_.Of(name).done);
  while (next != nullptr && !hook.Wants(next->event)) {
    const std::uint64_t passed = next->number;
    outbox_.Skip(name, passed);
    next = outbox_.Behind(passed);
  }
  if (next == nullptr) return;
  const Time when = outbox_.Of(name).next_try;
  if (when <= postbox_.loop.Now()) return Send(hook, *next);
  hook.timer = postbox_.loop.At(when, [this, &hook] {
    hook.timer = 0;
    Next(hook);
  });
}

void Webhooks::Send(Hook& hook, const Outgoing& outgoing) {
  hook.under_way = outgoing.number;
  const CloudEvent& event = outgoing.event;
  const std::string timestamp = TimestampOf(postbox_.loop.Now());
  HttpRequest request;
  request.method = "POST";
  request.url = hook.url.Reveal();
  request.headers = {{"Content-Type", "application/cloudevents+json; charset=utf-8"},
                     {"User-Agent", "spillway"},
                     {"webhook-id", event.id},
                     {"webhook-timestamp", timestamp},
                     {"webhook-signature", SignatureOf(hook.key, event.id, timestamp, event.text)}};
  request.body = event.text;
  request.tls.ca_file = hook.config.ca_file;
  request.timeout = hook.config.timeout;
  request.max_response_bytes = 64 << 10;
  request.where = hook.channel.name;
  postbox_.workers.Ask<HttpResponse>(
      Lane::kUp, hook.channel,
      [&http = postbox_.http, request = std::move(request)] { return http.Send(request); },
      [this, &hook, sent = outgoing](const Result<HttpResponse>& answer) {
        OnAnswer(hook, sent, answer);
      });
}

void Webhooks::OnAnswer(Hook& hook, const Outgoing& sent, const Result<HttpResponse>& answer) {
  hook.under_way = 0;
  const bool was_let_go = std::exchange(hook.is_let_go, false);
  const bool is_taken = answer && answer->status >= 200 && answer->status < 300;
  if (was_let_go && !is_taken) CountLost(hook, "too_many", 1);
  if (!answer) {
    OnRefused(hook, sent, Redact(Describe(answer.error()), hook.url), Duration(0));
  } else if (is_taken) {
    OnTaken(hook, sent);
  } else if (answer->status == kGone) {
    OnGone(hook);
  } else {
    OnRefused(hook, sent, WhyNot(*answer), RetryAfter(*answer));
  }
  Next(hook);
}

void Webhooks::OnTaken(Hook& hook, const Outgoing& sent) {
  const Progress before = outbox_.Of(hook.config.name);
  if (before.attempts > 0) {
    postbox_.log.Info("notify.delivers_again",
                      {{"webhook", hook.config.name}, {"failed_attempts", before.attempts}});
  }
  hook.delivered.Add();
  hook.Count(-1);
  outbox_.Set(hook.config.name, {.done = sent.number});
}

// Nothing is sent there any more in this life of the service.
void Webhooks::OnGone(Hook& hook) {
  hook.failures.Add();
  postbox_.log.Error(
      "notify.receiver_gone",
      {{"webhook", hook.config.name},
       {"expected", "an answer other than 410; it is tried again at the next start"}});
  LetGo(hook, "gone", kDistantFuture);
  hook.is_gone = true;
}

void Webhooks::OnRefused(Hook& hook, const Outgoing& sent, const std::string& why,
                         Duration at_least) {
  const Time now = postbox_.loop.Now();
  hook.failures.Add();
  Progress progress = outbox_.Of(hook.config.name);
  ++progress.attempts;
  progress.next_try = now + std::max(at_least, DelayAfter(progress.attempts, kFirstDelay,
                                                          kLongestDelay, postbox_.random));
  outbox_.Set(hook.config.name, progress);
  postbox_.log.Limited(LogLevel::kWarning, "notify.not_delivered",
                       {{"webhook", hook.config.name},
                        {"event", sent.event.id},
                        {"attempts", progress.attempts},
                        {"error", why}});
  LetGo(hook, "too_old", now - hook.config.give_up_after);
}

void Webhooks::LetGo(Hook& hook, const char* reason, Time before) {
  Progress progress = outbox_.Of(hook.config.name);
  std::int64_t lost = 0;
  while (const Outgoing* next = outbox_.Behind(progress.done)) {
    if (next->event.time >= before) break;
    if (hook.Wants(next->event)) ++lost;
    progress.done = next->number;
  }
  if (progress == outbox_.Of(hook.config.name)) return;
  if (lost > 0) CountLost(hook, reason, lost);
  outbox_.Set(hook.config.name, progress);
}

}  // namespace spillway
