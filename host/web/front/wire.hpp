#pragma once

#include "web/front/message.hpp"
#include "web/front/out_buffer.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace souk::web {

/// How an answer must be written for the request and connection it belongs to.
struct AnswerFrame {
    std::string_view date;  ///< the Date header's value
    bool http11 = true;
    bool keepAlive = true;
    bool bodiless = false;  ///< the request was HEAD
};

/// What makes a handler's answer unfit to be sent (a header that would split it, a status outside
/// 200-599), if anything.
std::optional<std::string> answerFault(const Response& response);

/// Writes a whole answer.
void appendAnswer(OutBuffer& out, Response&& response, const AnswerFrame& frame);

/// Writes the head of an answer whose body follows in pieces: chunked for HTTP/1.1, until the
/// connection closes for 1.0.
void appendStreamHead(OutBuffer& out, const Response& head, const AnswerFrame& frame);

/// True when the handler asks to close the connection after this answer.
bool asksToClose(const Response& response);

}  // namespace souk::web
