#include "app/secret_input.hpp"

#include "app/client.hpp"

#include <fstream>
#include <iostream>
#include <iterator>

namespace souk::app {

sdk::Secret secretFromFile(const std::string& file) {
    std::string text;
    if (file == "-") {
        text.assign(std::istreambuf_iterator<char>(std::cin), {});
    } else {
        std::ifstream in(file, std::ios::binary);
        if (!in) throw CommandError("Cannot read " + file + "; check the path and its mode.");
        text.assign(std::istreambuf_iterator<char>(in), {});
    }
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    if (text.empty()) throw CommandError(file + " is empty; it must hold the secret.");
    return sdk::Secret(std::move(text));
}

std::pair<std::string, sdk::Secret> namedSecretFromFile(const std::string& pair) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos || equals == 0)
        throw CommandError(
            "--secret-file takes NAME=FILE, for example verify_token=/run/secrets/verify.");
    return {pair.substr(0, equals), secretFromFile(pair.substr(equals + 1))};
}

}  // namespace souk::app
