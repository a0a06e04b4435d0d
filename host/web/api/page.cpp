#include "web/api/page.hpp"

#include <string>

namespace souk::web {

namespace {

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

}  // namespace

Response pageFor(int status, std::string_view heading, std::string_view sentence) {
    Response answer;
    answer.status = status;
    answer.headers["Content-Type"] = "text/html; charset=utf-8";
    answer.headers["Content-Security-Policy"] =
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
    answer.headers["Referrer-Policy"] = "no-referrer";
    answer.headers["Cache-Control"] = "no-store";
    answer.headers["X-Content-Type-Options"] = "nosniff";
    answer.body =
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Souk</title><h1>" +
        escaped(heading) + "</h1><p>" + escaped(sentence) + "</p></html>\n";
    return answer;
}

}  // namespace souk::web
