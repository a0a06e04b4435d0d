#pragma once

#include <souk/sdk/result.hpp>

#include <Poco/JSON/Object.h>

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace souk::loader {

/// Keeps the first thing that is wrong; later ones are mostly its children.
class Problem {
public:
    void note(const std::string& sentence);
    const std::optional<sdk::Error>& error() const noexcept { return error_; }

private:
    std::optional<sdk::Error> error_;
};

/// One object of a manifest, read field by field. What is missing or of another type is noted as a
/// problem and read as empty; end() notes keys nobody asked for.
class ManifestSection {
public:
    ManifestSection(Poco::JSON::Object::Ptr object, std::string path, Problem& problem);

    bool has(const std::string& key) const;
    std::string text(const std::string& key);
    std::string textOr(const std::string& key, std::string fallback);
    bool booleanOr(const std::string& key, bool fallback);
    /// Above zero, or noted.
    double positiveOr(const std::string& key, double fallback);
    std::int64_t wholeOr(const std::string& key, std::int64_t fallback);
    std::vector<std::string> texts(const std::string& key);
    std::vector<std::string> textsOr(const std::string& key, std::vector<std::string> fallback);
    ManifestSection section(const std::string& key);
    std::vector<ManifestSection> sections(const std::string& key);

    /// "manifest.json: 'sync.entities' <what>".
    void wrong(const std::string& key, std::string_view what);
    /// Call last: refuses every key that was not read.
    void end();

private:
    Poco::Dynamic::Var get(const std::string& key);
    std::string pathOf(const std::string& key) const;

    Poco::JSON::Object::Ptr object_;
    std::string path_;
    Problem* problem_;
    std::set<std::string> read_;
};

}  // namespace souk::loader
