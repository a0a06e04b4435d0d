#include "web/front/problem.hpp"

#include <Poco/Net/HTTPResponse.h>

#include <string>

namespace souk::web {

namespace {

void appendJsonString(std::string& out, std::string_view text) {
    static constexpr std::string_view kHex = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20) {
            out += "\\u00";
            out += kHex[byte >> 4U];
            out += kHex[byte & 0xFU];
        } else {
            out += c;
        }
    }
    out += '"';
}

}  // namespace

std::string_view reasonFor(int status) {
    return Poco::Net::HTTPResponse::getReasonForStatus(
        static_cast<Poco::Net::HTTPResponse::HTTPStatus>(status));
}

Response problem(int status, std::string_view detail) {
    Response response;
    response.status = status;
    response.headers.emplace("Content-Type", "application/problem+json");
    response.body = R"({"type":"about:blank","title":)";
    appendJsonString(response.body, reasonFor(status));
    response.body += R"(,"status":)" + std::to_string(status) + R"(,"detail":)";
    appendJsonString(response.body, detail);
    response.body += '}';
    return response;
}

}  // namespace souk::web
