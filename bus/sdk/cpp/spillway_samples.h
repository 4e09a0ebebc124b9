// Samples for Spillway, from any C++ program: this header and libzmq, nothing else. C++11.
//
//   spillway::Samples samples("tcp://127.0.0.1:5555");
//   samples.Send("edge", "load", 250.0, {{"host", "node-1"}});
//
// bus/README.md documents what is sent. Compile with -lzmq.
#pragma once

#include <zmq.h>

#include <cmath>
#include <cstdio>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

namespace spillway {

// A PUSH socket to `bus.inbound` of the service. One thread. Samples are gathered and sent
// together, which costs far less than one by one: by Flush(), by the destructor, and when there are
// many.
class Samples {
 public:
  using Labels = std::map<std::string, std::string>;

  // Connects, which succeeds before the service is there. `linger_ms`: how long the destructor
  // gives what was sent last to leave. Throws std::runtime_error with the address and ZeroMQ's
  // words.
  explicit Samples(const std::string& address, int linger_ms = 5000)
      : Samples(address, Security(), linger_ms) {}
  // The same over CURVE: keys as texts of 40 characters, of `spillway keys`. Who has another key
  // than `server_key` is not talked to.
  struct Security {
    std::string server_key;
    std::string public_key;
    std::string secret_key;
  };
  Samples(const std::string& address, const Security& security, int linger_ms = 5000) {
    context_ = zmq_ctx_new();
    socket_ = context_ == nullptr ? nullptr : zmq_socket(context_, ZMQ_PUSH);
    const bool is_open = socket_ != nullptr &&
                         zmq_setsockopt(socket_, ZMQ_LINGER, &linger_ms, sizeof linger_ms) == 0 &&
                         Secure(security) && zmq_connect(socket_, address.c_str()) == 0;
    if (is_open) return;
    const std::string why = zmq_strerror(zmq_errno());
    Close();
    throw std::runtime_error("spillway: cannot connect to " + address + ": " + why);
  }
  ~Samples() {
    Flush();
    Close();
  }
  Samples(const Samples&) = delete;
  Samples& operator=(const Samples&) = delete;

  // Adds a sample. `time`: seconds since the epoch; 0: the time of its arrival. Texts are UTF-8.
  // False: `value` is not finite and was left out, or what had gathered could not be sent.
  bool Add(const std::string& cluster, const std::string& metric, double value,
           const Labels& labels = Labels(), double time = 0) {
    if (!std::isfinite(value)) return false;
    std::string sample = "{\"cluster\":" + Quoted(cluster) + ",\"metric\":" + Quoted(metric) +
                         ",\"value\":" + Number(value);
    if (time != 0) sample += ",\"time\":" + Number(time);
    if (!labels.empty()) {
      sample += ",\"labels\":{";
      for (Labels::const_iterator label = labels.begin(); label != labels.end(); ++label) {
        if (label != labels.begin()) sample += ',';
        sample += Quoted(label->first) + ":" + Quoted(label->second);
      }
      sample += '}';
    }
    waiting_ += (waiting_.empty() ? "[" : ",") + sample + "}";
    return ++count_ < kPerMessage || Flush();
  }

  // Sends what was added. Never waits; false when the service takes nothing more, or has not been
  // there for long: then it is lost.
  bool Flush() {
    if (count_ == 0) return true;
    const std::string payload = std::move(waiting_) + "]";
    waiting_.clear();
    count_ = 0;
    return zmq_send(socket_, payload.data(), payload.size(), ZMQ_DONTWAIT) >= 0;
  }

  // Adds one and sends it.
  bool Send(const std::string& cluster, const std::string& metric, double value,
            const Labels& labels = Labels(), double time = 0) {
    return Add(cluster, metric, value, labels, time) && Flush();
  }

 private:
  static constexpr int kPerMessage = 100;

  bool Secure(const Security& security) {
    return security.server_key.empty() || (SetKey(ZMQ_CURVE_SERVERKEY, security.server_key) &&
                                           SetKey(ZMQ_CURVE_PUBLICKEY, security.public_key) &&
                                           SetKey(ZMQ_CURVE_SECRETKEY, security.secret_key));
  }

  bool SetKey(int option, const std::string& key) {
    return zmq_setsockopt(socket_, option, key.c_str(), key.size()) == 0;
  }

  void Close() {
    if (socket_ != nullptr) zmq_close(socket_);
    if (context_ != nullptr) zmq_ctx_term(context_);
  }

  static std::string Quoted(const std::string& text) {
    std::string quoted = "\"";
    for (const char c : text) {
      if (c == '"' || c == '\\') {
        quoted += '\\';
        quoted += c;
      } else if (static_cast<unsigned char>(c) < 0x20) {
        char escaped[8];
        std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned char>(c));
        quoted += escaped;
      } else {
        quoted += c;
      }
    }
    return quoted + '"';
  }

  // As many digits as a double has; with a point whatever the locale says.
  static std::string Number(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.17g", value);
    for (char* c = text; *c != 0; ++c) {
      if (*c == ',') *c = '.';
    }
    return text;
  }

  void* context_ = nullptr;
  void* socket_ = nullptr;
  std::string waiting_;  // "[{…},{…}"
  int count_ = 0;
};

}  // namespace spillway
