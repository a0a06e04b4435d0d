#pragma once

#include "support/raw_http.hpp"

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <souk/sdk/time.hpp>

#include <cstddef>
#include <fstream>
#include <iterator>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace souk::web::test {

using Var = Poco::Dynamic::Var;
using Object = Poco::JSON::Object::Ptr;
using Array = Poco::JSON::Array::Ptr;
using Faults = std::vector<std::string>;

inline Var parsed(const std::string& json) {
    return Poco::JSON::Parser().parse(json);
}
inline Object objectIn(const Object& object, const std::string& key) {
    return object->isObject(key) ? object->getObject(key) : Object();
}
inline bool isObject(const Var& value) {
    return value.type() == typeid(Object);
}
inline bool isArray(const Var& value) {
    return value.type() == typeid(Array);
}

/// host/web/openapi.json, and whether an answer is what it says. Knows the part of JSON Schema
/// that the document uses. Stricter in one point: where properties are listed, others are faults,
/// so that nothing is answered that is not described.
class Document {
public:
    static const Document& instance() {
        static const Document document;
        return document;
    }

    struct Operation {
        std::string method;  ///< upper case
        std::string path;
        Object object;
    };
    const std::vector<Operation>& operations() const { return operations_; }

    /// The operation a request is for; a literal segment goes before a parameter.
    const Operation* find(const std::string& method, const std::string& target) const {
        const auto path = target.substr(0, target.find('?'));
        const Operation* found = nullptr;
        for (const auto& operation : operations_) {
            if (operation.method != method || !fits(operation.path, path)) continue;
            if (found == nullptr || operation.path.find('{') == std::string::npos)
                found = &operation;
        }
        return found;
    }

    /// What is wrong with an answer to the operation.
    Faults check(const Operation& operation, const support::RawAnswer& answer) const {
        const auto responses = operation.object->getObject("responses");
        const auto status = std::to_string(answer.status);
        auto response = objectIn(responses, status);
        if (!response && isOfTheFront(answer.status)) response = objectIn(responses, "default");
        if (!response) return {"status " + status + " is not described"};
        response = resolved(response);
        Faults faults;
        checkHeaders(response, answer, faults);
        checkContent(response, answer, faults);
        return faults;
    }

    /// What is wrong with a value by a schema of the document.
    Faults faultsOf(const Object& schema, const Var& value) const {
        Faults faults;
        check(schema, value, "$", faults);
        return faults;
    }
    Object schema(const std::string& name) const {
        return resolved(
            parsed(R"({"$ref":"#/components/schemas/)" + name + "\"}").extract<Object>());
    }
    /// What a {"$ref": …} stands for; anything else stands for itself.
    Object resolved(Object object) const {
        while (object->has("$ref")) object = at(object->getValue<std::string>("$ref"));
        return object;
    }

private:
    Document() {
        std::ifstream file(std::string(SOUK_SOURCE_DIR) + "/host/web/openapi.json");
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        root_ = parsed(text).extract<Object>();
        const auto paths = root_->getObject("paths");
        for (const auto& [path, item] : *paths)
            for (const auto& [method, operation] : *item.extract<Object>())
                operations_.push_back({upper(method), path, operation.extract<Object>()});
    }

    /// What the front answers by itself, described once for all operations.
    static bool isOfTheFront(int status) {
        static const std::set<int> kStatuses{405, 408, 411, 413, 414, 417, 431, 501, 505};
        return kStatuses.contains(status);
    }

    static std::string upper(std::string text) {
        for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        return text;
    }

    static bool fits(const std::string& pattern, const std::string& path) {
        static const std::regex parameter("\\{[^}]+\\}");
        return std::regex_match(path, std::regex(std::regex_replace(pattern, parameter, "[^/]+")));
    }

    Object at(const std::string& pointer) const {
        Object object = root_;
        for (std::size_t from = 2; from <= pointer.size();) {
            const auto end = std::min(pointer.find('/', from), pointer.size());
            object = object->getObject(pointer.substr(from, end - from));
            if (!object) throw std::runtime_error("nothing at " + pointer);
            from = end + 1;
        }
        return object;
    }

    void checkHeaders(const Object& response,
                      const support::RawAnswer& answer,
                      Faults& faults) const {
        const auto headers = objectIn(response, "headers");
        if (!headers) return;
        for (const auto& name : headers->getNames()) {
            const auto header = resolved(headers->getObject(name));
            if (header->optValue("required", false) && !answer.headers.contains(name))
                faults.push_back("no header " + name);
        }
    }

    void checkContent(const Object& response,
                      const support::RawAnswer& answer,
                      Faults& faults) const {
        const auto content = objectIn(response, "content");
        if (!content) {
            if (!answer.body.empty()) faults.push_back("a body where none is described");
            return;
        }
        const auto sent = std::string(sdk::valueOf(answer.headers, "Content-Type"));
        const auto type = sent.substr(0, sent.find(';'));
        const auto described = objectIn(content, type);
        if (!described) {
            faults.push_back("Content-Type \"" + sent + "\" is not described");
            return;
        }
        if (type.find("json") == std::string::npos) return;
        check(described->getObject("schema"), parsed(answer.body), "$", faults);
    }

    void check(const Object& wanted,
               const Var& value,
               const std::string& where,
               Faults& out) const {
        const auto schema = resolved(wanted);
        if (schema->has("oneOf")) return checkOneOf(schema->getArray("oneOf"), value, where, out);
        if (schema->has("const") && schema->get("const") != value)
            out.push_back(where + ": not the one value there is");
        if (schema->has("enum") && !isIn(schema->getArray("enum"), value))
            out.push_back(where + ": none of the values there are");
        if (schema->has("type") && !isOfType(schema->get("type"), value)) {
            out.push_back(where + ": of another type");
            return;
        }
        if (value.isEmpty()) return;
        if (isObject(value)) checkObject(schema, value.extract<Object>(), where, out);
        if (isArray(value)) checkArray(schema, value.extract<Array>(), where, out);
        if (value.isString()) checkText(schema, value.extract<std::string>(), where, out);
        if (isInteger(value)) checkNumber(schema, value.convert<std::int64_t>(), where, out);
    }

    void checkOneOf(const Array& options,
                    const Var& value,
                    const std::string& where,
                    Faults& out) const {
        std::size_t fitting = 0;
        Faults last;
        for (const auto& option : *options) {
            Faults faults;
            check(option.extract<Object>(), value, where, faults);
            if (faults.empty()) ++fitting;
            if (faults.size() > last.size()) last = faults;
        }
        if (fitting == 1) return;
        out.push_back(where + ": fits " + std::to_string(fitting) + " of oneOf");
        out.insert(out.end(), last.begin(), last.end());
    }

    void checkObject(const Object& schema,
                     const Object& value,
                     const std::string& where,
                     Faults& out) const {
        if (schema->has("required"))
            for (const auto& name : *schema->getArray("required"))
                if (!value->has(name.toString()))
                    out.push_back(where + "." + name.toString() + ": missing");
        const auto properties = objectIn(schema, "properties");
        const auto others = objectIn(schema, "additionalProperties");
        const bool open = schema->has("additionalProperties") &&
                          schema->get("additionalProperties").isBoolean() &&
                          schema->getValue<bool>("additionalProperties");
        for (const auto& [name, member] : *value) {
            const auto place = where + "." + name;
            if (properties && properties->has(name))
                check(properties->getObject(name), member, place, out);
            else if (others)
                check(others, member, place, out);
            else if (properties && !open)
                out.push_back(place + ": not described");
        }
    }

    void checkArray(const Object& schema,
                    const Array& value,
                    const std::string& where,
                    Faults& out) const {
        const auto size = value->size();
        if (schema->has("minItems") && size < schema->getValue<std::size_t>("minItems"))
            out.push_back(where + ": too few items");
        if (schema->has("maxItems") && size > schema->getValue<std::size_t>("maxItems"))
            out.push_back(where + ": too many items");
        const auto items = objectIn(schema, "items");
        for (std::size_t i = 0; items && i < size; ++i)
            check(items,
                  value->get(static_cast<unsigned>(i)),
                  where + "[" + std::to_string(i) + "]",
                  out);
    }

    static void checkText(const Object& schema,
                          const std::string& value,
                          const std::string& where,
                          Faults& out) {
        const auto format = schema->optValue<std::string>("format", "");
        static const std::regex uuid("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        if (format == "uuid" && !std::regex_match(value, uuid)) out.push_back(where + ": no UUID");
        if (format == "date-time" && (!sdk::timestampFrom(value) || value.back() != 'Z'))
            out.push_back(where + ": no RFC 3339 time in UTC");
        if (format == "uri" && value.find("://") == std::string::npos)
            out.push_back(where + ": no URI");
        if (schema->has("pattern") &&
            !std::regex_search(value, std::regex(schema->getValue<std::string>("pattern"))))
            out.push_back(where + ": not of its pattern");
        if (value.size() < schema->optValue<std::size_t>("minLength", 0))
            out.push_back(where + ": too short");
    }

    static void checkNumber(const Object& schema,
                            std::int64_t value,
                            const std::string& where,
                            Faults& out) {
        if (schema->has("minimum") && value < schema->getValue<std::int64_t>("minimum"))
            out.push_back(where + ": too small");
        if (schema->has("maximum") && value > schema->getValue<std::int64_t>("maximum"))
            out.push_back(where + ": too large");
    }

    static bool isIn(const Array& values, const Var& value) {
        for (const auto& one : *values)
            if (one.isEmpty() ? value.isEmpty() : !value.isEmpty() && one == value) return true;
        return false;
    }

    static bool isInteger(const Var& value) {
        return !value.isEmpty() && !value.isBoolean() && value.isInteger();
    }

    static bool isOfType(const Var& type, const Var& value) {
        if (isArray(type)) {
            const auto types = type.extract<Array>();
            return std::any_of(
                types->begin(), types->end(), [&](const Var& one) { return isOfType(one, value); });
        }
        const auto name = type.toString();
        if (name == "null") return value.isEmpty();
        if (value.isEmpty()) return false;
        if (name == "object") return isObject(value);
        if (name == "array") return isArray(value);
        if (name == "string") return value.isString();
        if (name == "boolean") return value.isBoolean();
        if (name == "integer") return isInteger(value);
        return name == "number" && !value.isBoolean() && value.isNumeric();
    }

    Object root_;
    std::vector<Operation> operations_;
};

}  // namespace souk::web::test
