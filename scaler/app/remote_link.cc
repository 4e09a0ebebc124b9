#include "scaler/app/remote_link.h"

#include <memory>
#include <utility>

namespace spillway {

RemoteLink::RemoteLink(bus::Context& context, const bus::RouterConfig& config,
                       Conversations conversations, const std::string& epoch, EventLoop& loop,
                       Metrics& metrics, Log& log, OnAnswer on_answer)
    : loop_(loop),
      metrics_(metrics),
      log_(log),
      epoch_(epoch),
      switchboard_([this](const bus::PeerMessage& message) { return router_.Send(message); }),
      router_(context, config, loop, metrics, [this](const bus::PeerMessage& message) {
        switchboard_.OnMessage(message, loop_.Now());
      }) {
  switchboard_.on_worker = [this](const std::string& worker) {
    log_.Info("policies.remote_hello", {{"worker", worker}});
  };
  switchboard_.on_refusal = [this](const Conversation* conversation, const Refused& refused) {
    OnRefusal(conversation, refused);
  };
  Counter answers = metrics_.GetCounter("spillway_policies_remote_answers_total",
                                        "Answers of remote policies that were taken.");
  switchboard_.on_answer = [answers, tell = std::move(on_answer)](Conversation& of) mutable {
    answers.Add();
    tell(of.cluster());
  };
  for (auto& conversation : conversations) Link(std::move(conversation));
}

void RemoteLink::Link(std::shared_ptr<Conversation> conversation) {
  switchboard_.Add(*conversation);
  conversation->LinkTo(epoch_, [this](Conversation& asking, const nlohmann::json& question) {
    return switchboard_.Ask(asking, question);
  });
  conversations_.push_back(std::move(conversation));
}

void RemoteLink::Reconfigure(Conversations conversations) {
  const auto is_over = [](const auto& conversation) { return conversation.use_count() == 1; };
  std::erase_if(conversations_, [&](const auto& conversation) {
    if (is_over(conversation)) switchboard_.Remove(*conversation);
    return is_over(conversation);
  });
  for (auto& conversation : conversations) {
    if (!is_over(conversation)) Link(std::move(conversation));
  }
}

// The policies may be asked once more when the link is gone.
RemoteLink::~RemoteLink() {
  for (const auto& conversation : conversations_) conversation->LinkTo("", nullptr);
}

void RemoteLink::OnRefusal(const Conversation* conversation, const Refused& refused) {
  const std::string reason(Name(refused.why));
  const std::string worker = conversation == nullptr ? "" : conversation->rules().worker;
  metrics_
      .GetCounter("spillway_policies_remote_refused_total",
                  "Frames of remote policies that were not taken, by reason.", {{"reason", reason}})
      .Add();
  log_.Limited(LogLevel::kWarning, "policies.remote_refused_" + reason,
               {{"worker", worker},
                {"cluster", conversation == nullptr ? "" : conversation->cluster()},
                {"text", refused.text}});
}

}  // namespace spillway
