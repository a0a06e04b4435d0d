// manifest.json. What is accepted keeps its promises to the rest of the host; what is refused says
// so in a sentence.
#include "loader/manifest.hpp"
#include "core/text.hpp"
#include "support/fuzz.hpp"

#include <algorithm>
#include <string>

namespace souk::fuzz {

namespace {

using loader::Manifest;

void checkHosts(const Manifest& manifest) {
    for (const auto& host : manifest.hosts) {
        const bool wild = host.starts_with("*.");
        const auto bare = wild ? host.substr(2) : host;
        require(manifest.mayReach(wild ? "a." + bare : bare), "a declared host is out of reach");
        require(!manifest.mayReach("evil" + bare) || manifest.hosts.size() > 1,
                "a host that only ends alike is within reach");
        require(!manifest.mayReach(bare + ".evil") || manifest.hosts.size() > 1,
                "a host that only begins alike is within reach");
    }
    require(!manifest.mayReach(""), "no host at all is within reach");
}

}  // namespace

void fuzzOne(std::string_view input) {
    const auto read = Manifest::parse(input);
    if (!read) {
        require(read.error().message.starts_with("manifest.json"), "an error that names no file");
        require(core::isUtf8(read.error().message), "an error that cannot be printed");
        return;
    }
    const auto& manifest = *read;
    require(manifest.json == input, "the file's bytes were changed");
    require(!manifest.domain.empty() && core::isUtf8(manifest.name), "a plugin without a name");
    require(manifest.auth.format.find("{token}") != std::string::npos, "a format without token");
    require(manifest.rate.capacity > 0 && manifest.rate.restorePerSecond > 0, "no budget");
    require(
        manifest.rate.costPerRequest > 0 && manifest.rate.costPerRequest <= manifest.rate.capacity,
        "nothing can ever be sent");
    require(manifest.webhooks.maxBodyBytes <= 64U << 20U, "bodies of any size");
    require(manifest.sync.interval.count() > 0 && manifest.sync.interval.count() <= 7 * 24 * 60,
            "an interval that is none");
    const auto syncs = std::ranges::count_if(
        manifest.capabilities, [](const auto& one) { return one.starts_with("sync."); });
    require(static_cast<std::size_t>(syncs) == manifest.sync.entities.size(),
            "entities that are not declared, or the other way round");
    checkHosts(manifest);
}

}  // namespace souk::fuzz
