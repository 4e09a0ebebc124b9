// Each struct's members, written once for both directions of JSON: Members(v, member) calls
// `member(name, value)` for every one of them, in the order of the struct. A member that records of
// earlier versions do not have is `member(name, value, Since::kLater)`: they are read with its
// default. Only json.cc needs it.
#pragma once

#include <concepts>
#include <type_traits>

#include "scaler/model/plan.h"

namespace spillway {

enum class Since { kEver, kLater };

template <class V, class T>
concept Is = std::same_as<std::remove_const_t<V>, T>;

void Members(Is<Capacity> auto& v, auto member) {
  member("vcpu", v.vcpu);
  member("memory_mib", v.memory_mib);
}
void Members(Is<Coordinates> auto& v, auto member) {
  member("latitude", v.latitude);
  member("longitude", v.longitude);
}
void Members(Is<Billing> auto& v, auto member) {
  member("step", v.step);
  member("minimum", v.minimum);
}
void Members(Is<Error> auto& v, auto member) {
  member("kind", v.kind);
  member("where", v.where);
  member("code", v.code);
  member("text", v.text);
}
void Members(Is<Fact> auto& v, auto member) {
  member("name", v.name);
  member("value", v.value);
}
void Members(Is<Reason> auto& v, auto member) {
  member("code", v.code);
  member("text", v.text);
  member("facts", v.facts);
}
void Members(Is<Signal> auto& v, auto member) {
  member("name", v.name);
  member("state", v.state);
  member("value", v.value);
  member("age", v.age);
  member("points", v.points);
  member("series", v.series);
  member("silent", v.silent);
}
void Members(Is<NearPlace> auto& v, auto member) {
  member("name", v.name);
  member("coordinates", v.coordinates);
  member("weight", v.weight);
  member("why", v.why);
}
void Members(Is<Recommendation> auto& v, auto member) {
  member("policy", v.policy);
  member("kind", v.kind);
  member("wanted", v.wanted);
  member("may_shrink", v.may_shrink);
  member("reason", v.reason);
  member("valid_until", v.valid_until);
  member("near", v.near, Since::kLater);
  member("piece", v.piece);
}
void Members(Is<Offer> auto& v, auto member) {
  member("id", v.id);
  member("provider", v.provider);
  member("location", v.location);
  member("plan", v.plan);
  member("country", v.country);
  member("coordinates", v.coordinates);
  member("cluster_type", v.cluster_type);
  member("hypervisors", v.hypervisors);
  member("capacity", v.capacity);
  member("price_per_hour", v.price_per_hour);
  member("billing", v.billing);
  member("time_to_ready", v.time_to_ready);
  member("stock", v.stock);
  member("quota", v.quota);
  member("group", v.group);
}
void Members(Is<OfferBackoff> auto& v, auto member) {
  member("key", v.key);
  member("until", v.until);
  member("strikes", v.strikes);
  member("why", v.why);
}
void Members(Is<Guests> auto& v, auto member) {
  member("count", v.count);
  member("allocated", v.allocated);
}
void Members(Is<Login> auto& v, auto member) {
  member("user", v.user);
  member("port", v.port);
  member("runs_cloud_init", v.runs_cloud_init);
}
void Members(Is<ProbeAnswer> auto& v, auto member) {
  member("name", v.name);
  member("passed", v.passed);
  member("text", v.text);
}
void Members(Is<PersonsWord> auto& v, auto member) {
  member("by", v.by);
  member("reason", v.reason);
  member("since", v.since);
}
void Members(Is<Pause> auto& v, auto member) {
  member("word", v.word);
  member("until", v.until);
}
void Members(Is<ManualScale> auto& v, auto member) {
  member("wanted", v.wanted);
  member("hosts", v.hosts);
  member("word", v.word);
  member("until", v.until);
}
void Members(Is<ClusterOrders> auto& v, auto member) {
  member("pause", v.pause);
  member("scale", v.scale);
}
void Members(Is<HostRecord> auto& v, auto member) {
  member("id", v.id);
  member("cluster", v.cluster);
  member("pool", v.pool);
  member("token", v.token);
  member("decision", v.decision);
  member("offer", v.offer);
  member("offer_group", v.offer_group);
  member("provider", v.provider);
  member("location", v.location);
  member("plan", v.plan);
  member("quota", v.quota);
  member("cluster_type", v.cluster_type);
  member("hypervisor", v.hypervisor);
  member("capacity", v.capacity);
  member("price_per_hour", v.price_per_hour);
  member("billing", v.billing);
  member("state", v.state);
  member("goal", v.goal);
  member("goal_by", v.goal_by, Since::kLater);
  member("leaves_guests", v.leaves_guests, Since::kLater);
  member("state_since", v.state_since);
  member("next_look", v.next_look);
  member("attempts", v.attempts);
  member("outcome_unknown", v.outcome_unknown);
  member("absences", v.absences);
  member("is_deleting", v.is_deleting);
  member("retired_by", v.retired_by);
  member("machine", v.machine);
  member("address", v.address);
  member("login", v.login, Since::kLater);
  member("probes", v.probes, Since::kLater);
  member("enrolment", v.enrolment);
  member("may_be_enrolled", v.may_be_enrolled);
  member("guests", v.guests);
  member("is_protected", v.is_protected);
  member("protected_by", v.protected_by, Since::kLater);
  member("created_at", v.created_at);
  member("paid_from", v.paid_from);
  member("ready_at", v.ready_at);
  member("gone_at", v.gone_at);
  member("last_error", v.last_error);
  member("failure", v.failure);
  member("failure_counts", v.failure_counts);
}
void Members(Is<MoneyState> auto& v, auto member) {
  member("spent_this_month", v.spent_this_month);
  member("reserved", v.reserved);
  member("running_per_hour", v.running_per_hour);
  member("room_per_hour", v.room_per_hour);
  member("room_this_month", v.room_this_month);
}
void Members(Is<Decision> auto& v, auto member) {
  member("id", v.id);
  member("cluster", v.cluster);
  member("time", v.time);
  member("verdict", v.verdict);
  member("wanted", v.wanted);
  member("previous", v.previous);
  member("ready", v.ready);
  member("usable", v.usable);
  member("may_shrink", v.may_shrink);
  member("may_buy", v.may_buy);
  member("money", v.money);
  member("near", v.near, Since::kLater);
  member("piece", v.piece);
  member("signals", v.signals);
  member("recommendations", v.recommendations);
  member("reasons", v.reasons);
}
void Members(Is<WantedSpan> auto& v, auto member) {
  member("since", v.since);
  member("least", v.least);
  member("most", v.most);
}
void Members(Is<ClusterState> auto& v, auto member) {
  member("cluster", v.cluster);
  member("decisions", v.decisions);
  member("wanted", v.wanted);
  member("has_decided", v.has_decided);
  member("last_out", v.last_out);
  member("last_in", v.last_in);
  member("window_since", v.window_since);
  member("history", v.history);
  member("failures", v.failures);
  member("held_down_until", v.held_down_until);
  member("hold_downs", v.hold_downs);
  member("month", v.month);
  member("settled", v.settled);
  member("signals", v.signals);
  member("signals_at", v.signals_at);
  member("orders", v.orders, Since::kLater);
}
void Members(Is<Take> auto& v, auto member) {
  member("pool", v.pool);
  member("offer", v.offer);
  member("count", v.count);
}
void Members(Is<GiveBack> auto& v, auto member) {
  member("host", v.host);
  member("reason", v.reason);
}
void Members(Is<Considered> auto& v, auto member) {
  member("subject", v.subject);
  member("pool", v.pool);
  member("chosen", v.chosen);
  member("reason", v.reason);
}
void Members(Is<Plan> auto& v, auto member) {
  member("reclaim", v.reclaim);
  member("take", v.take);
  member("give_back", v.give_back);
  member("offers", v.offers);
  member("hosts", v.hosts);
  member("shortfall", v.shortfall);
  member("reasons", v.reasons);
}
void Members(Is<DecisionRecord> auto& v, auto member) {
  member("decision", v.decision);
  member("plan", v.plan);
  member("acted", v.acted);
}

}  // namespace spillway
