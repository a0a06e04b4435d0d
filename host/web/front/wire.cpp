#include "web/front/wire.hpp"

#include "web/front/head.hpp"
#include "web/front/problem.hpp"

#include <algorithm>
#include <array>

namespace souk::web {

namespace {

constexpr std::array<std::string_view, 6> kOurs = {
    "Connection", "Content-Length", "Date", "Keep-Alive", "Transfer-Encoding", "Trailer"};

bool isOurs(std::string_view name) noexcept {
    return std::ranges::any_of(kOurs, [&](auto ours) { return sameText(ours, name); });
}

bool mayHoldBody(int status) noexcept {
    return status != 204 && status != 304;
}

std::string headOf(const Response& response, const AnswerFrame& frame) {
    std::string head;
    head.reserve(256);
    head += "HTTP/1.1 ";
    head += std::to_string(response.status);
    head += ' ';
    head += reasonFor(response.status);
    head += "\r\nDate: ";
    head += frame.date;
    head += "\r\n";
    for (const auto& [name, value] : response.headers) {
        if (isOurs(name)) continue;
        head.append(name).append(": ").append(value).append("\r\n");
    }
    if (!frame.keepAlive)
        head += "Connection: close\r\n";
    else if (!frame.http11)
        head += "Connection: keep-alive\r\n";
    return head;
}

}  // namespace

std::optional<std::string> answerFault(const Response& response) {
    if (response.status < 200 || response.status > 599)
        return "a handler answered with the status " + std::to_string(response.status) +
               "; it must be 200 to 599";
    for (const auto& [name, value] : response.headers) {
        if (!isToken(name)) return std::string("a handler answered with an unfit header name");
        if (std::ranges::any_of(value, isControl))
            return "a handler answered with a control character in the header " + name;
    }
    return std::nullopt;
}

void appendAnswer(OutBuffer& out, Response&& response, const AnswerFrame& frame) {
    std::string head = headOf(response, frame);
    if (mayHoldBody(response.status))
        head += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
    head += "\r\n";
    out.append(head);
    if (!frame.bodiless && mayHoldBody(response.status)) out.take(std::move(response.body));
}

void appendStreamHead(OutBuffer& out, const Response& head, const AnswerFrame& frame) {
    out.append(headOf(head, frame) +
               (frame.http11 ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n"));
}

bool asksToClose(const Response& response) {
    return sameText(sdk::valueOf(response.headers, "Connection"), "close");
}

}  // namespace souk::web
