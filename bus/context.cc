#include "bus/context.h"

#include <pthread.h>

#include <array>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace spillway::bus {
namespace {

// Where ZeroMQ asks, by its specification.
constexpr const char* kQuestions = "inproc://zeromq.zap.01";
constexpr const char* kStop = "inproc://gatekeeper.stop";
constexpr std::string_view kVersion = "1.0";

// Of a question: version, request, domain, address, identity, mechanism, credentials.
constexpr std::size_t kRequest = 1;
constexpr std::size_t kAddress = 3;
constexpr std::size_t kMechanism = 5;
constexpr std::size_t kCredentials = 6;

[[noreturn]] void Fail(const char* verb, const std::string& endpoint, const zmq::error_t& error) {
  throw std::runtime_error(std::string("bus: cannot ") + verb + " \"" + endpoint +
                           "\": " + error.what() + " (expected tcp://HOST:PORT or ipc://PATH)");
}

// As a text of Z85; empty when it is no key.
std::string KeyText(const std::string& bytes) {
  std::array<char, 41> text{};
  if (bytes.size() != 32) return {};
  zmq_z85_encode(text.data(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  return text.data();
}

std::vector<std::string> ReceiveAll(zmq::socket_t& socket) {
  std::vector<std::string> frames;
  zmq::message_t frame;
  do {
    if (!socket.recv(frame)) return {};
    frames.push_back(frame.to_string());
  } while (frame.more());
  return frames;
}

}  // namespace

// Answers until it is told to stop.
class Context::Gatekeeper {
 public:
  Gatekeeper(zmq::context_t& context, std::string clients_file, ContextWatcher watcher)
      : clients_file_(std::move(clients_file)),
        watcher_(std::move(watcher)),
        list_(ReadAllowList(clients_file_)),
        questions_(context, zmq::socket_type::rep),
        stop_here_(context, zmq::socket_type::pair),
        stop_there_(context, zmq::socket_type::pair) {
    questions_.set(zmq::sockopt::linger, 0);
    questions_.bind(kQuestions);
    stop_here_.bind(kStop);
    stop_there_.connect(kStop);
    thread_ = std::thread([this] { Run(); });
    pthread_setname_np(thread_.native_handle(), "spillway-gate");
  }

  ~Gatekeeper() {
    stop_here_.send(zmq::message_t(), zmq::send_flags::none);
    thread_.join();
  }

 private:
  void Run() {
    std::vector<zmq::pollitem_t> items = {{stop_there_.handle(), 0, ZMQ_POLLIN, 0},
                                          {questions_.handle(), 0, ZMQ_POLLIN, 0}};
    while (true) {
      try {
        zmq::poll(items);
      } catch (const zmq::error_t& error) {
        if (error.num() != EINTR) throw;
        continue;
      }
      if (items[0].revents != 0) return;
      if (items[1].revents != 0) Answer(ReceiveAll(questions_));
    }
  }

  void Answer(const std::vector<std::string>& question) {
    const std::string request = question.size() > kRequest ? question[kRequest] : "";
    std::string name;
    const std::string refusal = WhyNot(question, name);
    if (!refusal.empty()) {
      watcher_.on_refusal(refusal, question.size() > kAddress ? question[kAddress] : "");
    }
    const bool may = refusal.empty();
    const std::array<std::string, 6> answer = {
        std::string(kVersion), request, may ? "200" : "400", may ? "" : "not allowed", name, ""};
    for (std::size_t i = 0; i < answer.size(); ++i) {
      const bool is_last = i + 1 == answer.size();
      questions_.send(zmq::buffer(answer[i]),
                      is_last ? zmq::send_flags::none : zmq::send_flags::sndmore);
    }
  }

  // Who is refused, in words; empty: they may come in, as `name`.
  std::string WhyNot(const std::vector<std::string>& question, std::string& name) {
    if (question.size() <= kCredentials || question[kMechanism] != "CURVE") {
      return "one without a key";
    }
    try {
      list_ = ReadAllowList(clients_file_);
    } catch (const std::runtime_error& error) {
      watcher_.on_trouble(error.what());
    }
    const std::string key = KeyText(question[kCredentials]);
    const auto client = list_.find(key);
    if (client == list_.end()) return key;
    name = client->second;
    return {};
  }

  const std::string clients_file_;
  const ContextWatcher watcher_;
  AllowList list_;  // as it could last be read
  zmq::socket_t questions_;
  zmq::socket_t stop_here_;
  zmq::socket_t stop_there_;
  std::thread thread_;  // last: it uses all of the above
};

Context::Context(std::optional<Security> security, ContextWatcher watcher)
    : security_(std::move(security)) {
  if (!security_) return;
  gatekeeper_ = std::make_unique<Gatekeeper>(context_, security_->clients_file, std::move(watcher));
}

Context::~Context() = default;

zmq::context_t& Context::zmq() { return context_; }

std::string Context::Bind(zmq::socket_t& socket, const std::string& endpoint) {
  try {
    if (security_) {
      socket.set(zmq::sockopt::zap_domain, "spillway");
      socket.set(zmq::sockopt::curve_server, true);
      socket.set(zmq::sockopt::curve_secretkey, security_->keys.secret_key.Reveal());
    }
    socket.bind(endpoint);
  } catch (const zmq::error_t& error) {
    Fail("bind", endpoint, error);
  }
  return socket.get(zmq::sockopt::last_endpoint);
}

void Context::Connect(zmq::socket_t& socket, const std::string& endpoint,
                      const std::string& server_key) {
  try {
    if (security_) {
      socket.set(zmq::sockopt::curve_serverkey, server_key);
      socket.set(zmq::sockopt::curve_publickey, security_->keys.public_key);
      socket.set(zmq::sockopt::curve_secretkey, security_->keys.secret_key.Reveal());
    }
    socket.connect(endpoint);
  } catch (const zmq::error_t& error) {
    Fail("connect", endpoint, error);
  }
}

}  // namespace spillway::bus
