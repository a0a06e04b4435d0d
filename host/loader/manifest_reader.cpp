#include "loader/manifest_reader.hpp"

#include <Poco/JSON/Array.h>

namespace souk::loader {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

void Problem::note(const std::string& sentence) {
    if (!error_) error_ = sdk::Error{sdk::ErrorKind::BadPayload, "manifest.json: " + sentence};
}

ManifestSection::ManifestSection(Object::Ptr object, std::string path, Problem& problem)
    : object_(std::move(object)), path_(std::move(path)), problem_(&problem) {}

bool ManifestSection::has(const std::string& key) const {
    return object_->has(key) && !object_->isNull(key);
}

Var ManifestSection::get(const std::string& key) {
    read_.insert(key);
    return has(key) ? object_->get(key) : Var();
}

std::string ManifestSection::pathOf(const std::string& key) const {
    return path_.empty() ? key : path_ + "." + key;
}

void ManifestSection::wrong(const std::string& key, std::string_view what) {
    problem_->note("'" + pathOf(key) + "' " + std::string(what));
}

std::string ManifestSection::text(const std::string& key) {
    const auto value = get(key);
    if (value.isEmpty()) {
        wrong(key, "is missing");
        return {};
    }
    if (!value.isString()) {
        wrong(key, "must be text");
        return {};
    }
    return value.extract<std::string>();
}

std::string ManifestSection::textOr(const std::string& key, std::string fallback) {
    read_.insert(key);
    return has(key) ? text(key) : std::move(fallback);
}

bool ManifestSection::booleanOr(const std::string& key, bool fallback) {
    const auto value = get(key);
    if (value.isEmpty()) return fallback;
    if (!value.isBoolean()) {
        wrong(key, "must be true or false");
        return fallback;
    }
    return value.extract<bool>();
}

double ManifestSection::positiveOr(const std::string& key, double fallback) {
    const auto value = get(key);
    if (value.isEmpty()) return fallback;
    const bool number = value.isNumeric() && !value.isBoolean();
    const double figure = number ? value.convert<double>() : 0;
    if (figure > 0) return figure;
    wrong(key, "must be a number above 0");
    return fallback;
}

std::int64_t ManifestSection::wholeOr(const std::string& key, std::int64_t fallback) {
    const auto value = get(key);
    if (value.isEmpty()) return fallback;
    if (!value.isInteger() || value.isBoolean() || value.convert<Poco::Int64>() <= 0) {
        wrong(key, "must be a whole number above 0");
        return fallback;
    }
    return value.convert<Poco::Int64>();
}

std::vector<std::string> ManifestSection::texts(const std::string& key) {
    const auto value = get(key);
    std::vector<std::string> texts;
    if (value.isEmpty()) {
        wrong(key, "is missing");
        return texts;
    }
    if (value.type() != typeid(Array::Ptr)) {
        wrong(key, "must be a list of texts");
        return texts;
    }
    for (const auto& one : *value.extract<Array::Ptr>()) {
        if (one.isString())
            texts.push_back(one.extract<std::string>());
        else
            wrong(key, "must be a list of texts");
    }
    return texts;
}

std::vector<std::string> ManifestSection::textsOr(const std::string& key,
                                                  std::vector<std::string> fallback) {
    read_.insert(key);
    return has(key) ? texts(key) : std::move(fallback);
}

ManifestSection ManifestSection::section(const std::string& key) {
    const auto value = get(key);
    if (value.type() == typeid(Object::Ptr))
        return {value.extract<Object::Ptr>(), pathOf(key), *problem_};
    wrong(key, value.isEmpty() ? "is missing" : "must be an object");
    return {Object::Ptr(new Object), pathOf(key), *problem_};
}

std::vector<ManifestSection> ManifestSection::sections(const std::string& key) {
    const auto value = get(key);
    std::vector<ManifestSection> sections;
    if (value.isEmpty()) return sections;
    if (value.type() != typeid(Array::Ptr)) {
        wrong(key, "must be a list of objects");
        return sections;
    }
    for (const auto& one : *value.extract<Array::Ptr>()) {
        const auto path = pathOf(key) + "[" + std::to_string(sections.size()) + "]";
        if (one.type() == typeid(Object::Ptr)) {
            sections.emplace_back(one.extract<Object::Ptr>(), path, *problem_);
        } else {
            problem_->note("'" + path + "' must be an object");
            break;
        }
    }
    return sections;
}

void ManifestSection::end() {
    for (const auto& key : object_->getNames())
        if (!read_.contains(key)) wrong(key, "is not a key Souk knows; remove it or mend its name");
}

}  // namespace souk::loader
