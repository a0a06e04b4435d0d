#include "app/commands.hpp"
#include "app/sealed.hpp"
#include "core/waiter.hpp"
#include "vault/rotation.hpp"

#include <souk/sdk/time.hpp>

#include <algorithm>

namespace souk::app {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kLook{500};

vault::Rotation rotationOf(Console& console) {
    auto& base = console.foundation();
    return {*base.database, *base.vault, sealedTables(), base.clock};
}

/// Asks until `done` or the time is over; the last answer.
template <class Done>
bool waitUntil(std::chrono::seconds most, Done done) {
    core::RealWaiter waiter;
    const auto until = std::chrono::steady_clock::now() + most;
    while (!done()) {
        if (std::chrono::steady_clock::now() >= until) return false;
        waiter.wait(kLook, {});
    }
    return true;
}

void listKeys(Console& console) {
    const auto listing = rotationOf(console).list();
    sdk::JsonWriter json;
    json.object().key("hosts").integer(listing.hosts).key("data").array();
    for (const auto& key : listing.keys) {
        json.object().key("id").text(key.id);
        json.key("state").text(key.state ? vault::name(*key.state) : "unused");
        json.key("values").integer(key.values).key("here").boolean(key.here);
        json.key("hosts").integer(key.hosts).key("sealing_since");
        if (key.sealingSince)
            json.text(sdk::rfc3339(*key.sealingSince));
        else
            json.null();
        json.end();
    }
    console.list(valueOrFail(sdk::Json::parse(json.end().end().take())),
                 {column("KEY", "id"),
                  column("STATE", "state"),
                  column("VALUES", "values"),
                  column("HERE", "here"),
                  column("HOSTS", "hosts"),
                  column("SEALING SINCE", "sealing_since")});
}

/// What to do on the other machines, when there are any.
void tellOfCopying(Console& console, const std::string& id) {
    console.err << "Made the key " << id << " in " << console.foundation().vault->keys().file()
                << ".\nHosts with another key file need its line too; they read their file again "
                   "by themselves.\n";
}

std::string newKey(Console& console) {
    auto id = valueOrFail(rotationOf(console).add());
    tellOfCopying(console, id);
    return id;
}

/// Every running host knows the key, then it seals.
void adopt(vault::Rotation& rotation, const std::string& id, std::chrono::seconds patience) {
    sdk::Result<sdk::Done> adopted = sdk::Done{};
    waitUntil(patience, [&] {
        adopted = rotation.adopt(id);
        return adopted || adopted.error().kind != sdk::ErrorKind::Transient;
    });
    valueOrFail(std::move(adopted));
}

struct RotateOptions {
    std::string to;
    int waitSeconds = 120;
};

void rotate(Console& console, const RotateOptions& options) {
    auto rotation = rotationOf(console);
    const std::chrono::seconds patience(options.waitSeconds);
    auto to = options.to;
    if (to.empty()) {
        const auto next = rotation.next();
        to = next ? *next : newKey(console);
    }
    adopt(rotation, to, patience);
    const bool together = waitUntil(patience, [&] { return rotation.behind(to).empty(); });
    std::int64_t resealed = 0;
    vault::Rotation::Progress progress;
    waitUntil(patience, [&] {
        progress = valueOrFail(rotation.reseal({}));
        resealed += progress.resealed;
        return progress.left == 0;
    });
    console.out << "sealed " << resealed << " values anew with " << to << '\n';
    for (const auto& sentence : progress.unopened) console.err << sentence << '\n';
    if (!progress.unopened.empty())
        throw CommandError(std::to_string(progress.unopened.size()) +
                           " values could not be opened and stay as they are (see above).");
    if (progress.left > 0)
        throw CommandError(std::to_string(progress.left) +
                           " values were in use all the time; run `souk key rotate` again.");
    if (!together)
        throw CommandError(
            "Some hosts still seal with the old key; `souk key list` tells, and "
            "running `souk key rotate` again takes up what they wrote.");
}

}  // namespace

void addKeyCommands(CLI::App& app, Console& console) {
    auto* group = app.add_subcommand("key", "Keys of the vault that seals credentials")
                      ->require_subcommand(1);
    addCommand(*group, console, "list", "List keys: which seals, and how many values need each")
        ->callback([&console] { listKeys(console); });
    group->add_subcommand("new", "Put a fresh key into the key file; nothing is sealed with it yet")
        ->callback([&console] { console.out << newKey(console) << '\n'; });

    auto options = std::make_shared<RotateOptions>();
    auto* rotation = group->add_subcommand(
        "rotate", "Seal everything anew with a new key while the hosts run; ends what was begun");
    rotation->add_option("--to", options->to, "Key to seal with (default: the one that waits)");
    rotation
        ->add_option(
            "--wait", options->waitSeconds, "Seconds to wait for all hosts to know the key")
        ->check(CLI::Range(0, 86400))
        ->capture_default_str();
    rotation->callback([&console, options] { rotate(console, *options); });

    auto id = std::make_shared<std::string>();
    auto* remove = group->add_subcommand(
        "remove", "Remove a key that seals nothing any more from the key file");
    remove->add_option("id", *id, "Its id, as the list shows it")->required();
    remove->callback([&console, id] {
        valueOrFail(rotationOf(console).remove(*id));
        console.out << "removed " << *id << '\n';
    });
}

}  // namespace souk::app
