#pragma once

#include "support/raw_http.hpp"
#include "web/front/server.hpp"

#include <cppunit/TestAssert.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace souk::web::test {

inline constexpr std::chrono::seconds kPatience{60};

/// A handler that lays requests down for the test's own thread to answer.
class Desk {
public:
    struct Item {
        Request request;
        Responder responder;
    };

    Handler handler() {
        return [this](Request request, Responder responder) {
            const std::lock_guard lock(mutex_);
            items_.push_back({std::move(request), std::move(responder)});
            arrived_.notify_one();
        };
    }

    Item take() {
        std::unique_lock lock(mutex_);
        CPPUNIT_ASSERT_MESSAGE("no request came",
                               arrived_.wait_for(lock, kPatience, [&] { return !items_.empty(); }));
        Item item = std::move(items_.front());
        items_.pop_front();
        return item;
    }

private:
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Item> items_;
};

inline std::unique_ptr<Server> started(Limits limits, Handler handler, Report report = {}) {
    auto server = std::make_unique<Server>(
        "127.0.0.1:0", std::move(limits), std::move(handler), std::move(report));
    const auto result = server->start();
    CPPUNIT_ASSERT_MESSAGE(result ? "" : result.error().message, static_cast<bool>(result));
    return server;
}

inline Response text(std::string body) {
    Response response;
    response.body = std::move(body);
    return response;
}

inline std::string get(const std::string& path) {
    return "GET " + path + " HTTP/1.1\r\nHost: souk.test\r\n\r\n";
}

inline std::string post(const std::string& path, const std::string& body) {
    return "POST " + path +
           " HTTP/1.1\r\nHost: souk.test\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

/// Asks again and again until it holds; the test fails when it does not in time.
template <class Condition>
void eventually(const std::string& what, Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (!condition()) {
        CPPUNIT_ASSERT_MESSAGE("never: " + what, std::chrono::steady_clock::now() < deadline);
        std::this_thread::yield();
    }
}

}  // namespace souk::web::test
