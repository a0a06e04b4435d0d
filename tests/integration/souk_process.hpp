#pragma once

#include "store/process.hpp"
#include "support/raw_http.hpp"
#include "support/test_database.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <souk/sdk/json.hpp>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace souk::integration {

inline std::string contentOf(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Asks until it is true; the machine may be slow.
inline bool waitUntil(const std::function<bool()>& check,
                      std::chrono::seconds most = std::chrono::seconds(300)) {
    const auto end = std::chrono::steady_clock::now() + most;
    while (!check()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
}

/// The `souk` binary of this build with a configuration of its own: commands, and one that serves.
class Souk {
public:
    struct Ended {
        int status = -1;
        std::string text;  ///< standard output and error
    };
    using Settings = std::map<std::string, std::string>;

    Souk(const std::string& name, Settings settings)
        : folder_(name), settings_(std::move(settings)) {
        settings_.emplace("web.address", "127.0.0.1:0");
        settings_.emplace("log.level", "debug");
        settings_.emplace("host.id", name);
        write();
    }
    ~Souk() {
        if (serving_) stop(SIGKILL);
    }
    Souk(const Souk&) = delete;
    Souk& operator=(const Souk&) = delete;

    const std::filesystem::path& folder() const { return folder_.path(); }
    std::string file(const std::string& name) const { return (folder_.path() / name).string(); }
    std::string log() const { return contentOf(file("log")); }

    void set(const std::string& key, const std::string& value) {
        settings_[key] = value;
        write();
    }
    void writeFile(const std::string& name, const std::string& text) const {
        std::filesystem::remove(file(name));
        std::ofstream(file(name), std::ios::binary) << text;
        std::filesystem::permissions(
            file(name), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    }

    /// Runs a command to its end.
    Ended command(std::vector<std::string> arguments) const {
        const auto output = file("output-" + core::newId().text());
        auto process = started(std::move(arguments), output);
        CPPUNIT_ASSERT_MESSAGE(contentOf(output), process.ended(std::chrono::minutes(10)));
        return {process.exitCode(), contentOf(output)};
    }
    /// The same for one that must succeed; what it said.
    std::string run(const std::vector<std::string>& arguments) const {
        const auto ended = command(arguments);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(arguments[0] + ": " + ended.text, 0, ended.status);
        return ended.text;
    }

    /// Starts serving and waits until it is ready.
    void serve() {
        std::filesystem::remove(file("log"));
        serving_ = started({"serve"}, file("log"));
        const bool ready = waitUntil([&] {
            CPPUNIT_ASSERT_MESSAGE(log(), !serving_->ended(std::chrono::milliseconds(0)));
            return portIn(log()).has_value();
        });
        CPPUNIT_ASSERT_MESSAGE("not ready:\n" + log(), ready);
        port_ = *portIn(log());
    }
    /// Ends it; its exit status.
    int stop(int signal = SIGTERM) {
        serving_->signal(signal);
        CPPUNIT_ASSERT_MESSAGE(log(), serving_->ended(std::chrono::minutes(5)));
        const int status = serving_->exitCode();
        serving_.reset();
        return status;
    }
    std::uint16_t port() const { return port_; }

    struct Asked {
        std::string method = "GET";
        std::string target;
        sdk::Headers headers;
        std::optional<std::string> body;
    };
    support::RawAnswer ask(const Asked& asked) const {
        std::string bytes = asked.method + " " + asked.target + " HTTP/1.1\r\nHost: hub.test\r\n";
        for (const auto& [name, value] : asked.headers) bytes += name + ": " + value + "\r\n";
        if (asked.body)
            bytes += "Content-Length: " + std::to_string(asked.body->size()) + "\r\n";
        else if (asked.method == "POST")
            bytes += "Content-Length: 0\r\n";
        return support::ask(port_, bytes + "\r\n" + asked.body.value_or(""));
    }
    support::RawAnswer api(const std::string& method,
                           const std::string& target,
                           const std::string& token,
                           const std::optional<std::string>& body = std::nullopt,
                           sdk::Headers headers = {}) const {
        headers["Authorization"] = "Bearer " + token;
        if (body) headers["Content-Type"] = "application/json";
        return ask({method, "/api/v1/" + target, std::move(headers), body});
    }

private:
    void write() const {
        std::string text;
        for (const auto& [key, value] : settings_) text += key + "=" + value + "\n";
        writeFile("souk.properties", text);
    }
    store::Process started(std::vector<std::string> arguments, const std::string& output) const {
        store::Program program;
        program.file = SOUK_BUILD_DIR "/bin/souk";
        program.arguments = {"--config", file("souk.properties")};
        for (auto& argument : arguments) program.arguments.push_back(std::move(argument));
        program.output = output;
        program.diesWithStarter = true;
        auto process = store::Process::start(program);
        CPPUNIT_ASSERT_MESSAGE(process ? "" : process.error().message, static_cast<bool>(process));
        return *std::move(process);
    }
    /// {"message":"ready","address":"127.0.0.1:8080"}
    static std::optional<std::uint16_t> portIn(const std::string& log) {
        const auto ready = log.find("\"message\":\"ready\"");
        if (ready == std::string::npos) return std::nullopt;
        const auto colon = log.find("127.0.0.1:", ready);
        if (colon == std::string::npos) return std::nullopt;
        return static_cast<std::uint16_t>(std::stoi(log.substr(colon + 10)));
    }

    test::TestFolder folder_;
    Settings settings_;
    std::optional<store::Process> serving_;
    std::uint16_t port_ = 0;
};

/// A folder with the example plugin alone, as installed.
class ExamplePlugin {
public:
    ExamplePlugin() {
        const auto to = folder_.path() / "example";
        std::filesystem::create_directory(to);
        for (const auto* file : {"manifest.json", "example.so"})
            std::filesystem::copy_file(
                std::filesystem::path(SOUK_BUILD_DIR "/plugins/example") / file, to / file);
    }
    std::string folder() const { return folder_.path().string(); }

private:
    test::TestFolder folder_{"plugins"};
};

inline sdk::Json jsonOf(const support::RawAnswer& answer) {
    auto json = sdk::Json::parse(answer.body);
    CPPUNIT_ASSERT_MESSAGE(answer.text, static_cast<bool>(json));
    return *std::move(json);
}

}  // namespace souk::integration
