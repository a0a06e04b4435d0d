#include "connect/form.hpp"

#include <souk/sdk/json.hpp>

#include <algorithm>
#include <regex>

namespace souk::connect {

namespace {

using Field = loader::Manifest::Field;

constexpr std::size_t kLongestValue = 4096;

sdk::Error rejected(std::string message) {
    return {sdk::ErrorKind::Rejected, std::move(message)};
}

const Field* fieldNamed(const loader::Manifest& manifest, std::string_view name) {
    const auto& fields = manifest.connect.fields;
    const auto found = std::find_if(
        fields.begin(), fields.end(), [&](const Field& field) { return field.name == name; });
    return found == fields.end() ? nullptr : &*found;
}

bool fits(const Field& field, const std::string& value) {
    if (field.pattern.empty()) return true;
    try {
        return std::regex_match(value, std::regex(field.pattern));
    } catch (const std::regex_error&) {
        return false;  // a pattern nothing fits is a manifest's mistake and shows itself here
    }
}

}  // namespace

sdk::Result<sdk::Fields> formFrom(const loader::Manifest& manifest, std::string_view config) {
    const auto json = SOUK_TRY(sdk::Json::parse(config));
    sdk::Fields fields;
    for (const auto& field : manifest.connect.fields)
        if (json.has(field.name)) fields[field.name] = SOUK_TRY(json.text(field.name));
    return fields;
}

sdk::Result<sdk::Done> checkFields(const loader::Manifest& manifest, const sdk::Fields& fields) {
    for (const auto& [name, value] : fields) {
        const auto* const field = fieldNamed(manifest, name);
        if (field == nullptr)
            return rejected(manifest.name + " asks for no field \"" + name + "\".");
        if (value.size() > kLongestValue)
            return rejected("The field \"" + name + "\" is longer than 4096 characters.");
        if (!value.empty() && !fits(*field, value))
            return rejected("The field \"" + name + "\" does not look right" +
                            (field->help.empty() ? "." : ": " + field->help));
    }
    for (const auto& field : manifest.connect.fields) {
        const auto given = fields.find(field.name);
        if (field.required && (given == fields.end() || given->second.empty()))
            return rejected(manifest.name + " needs the field \"" + field.name + "\"" +
                            (field.label.empty() ? "" : " (" + field.label + ")") + ".");
    }
    return sdk::Done{};
}

}  // namespace souk::connect
