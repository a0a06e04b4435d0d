#include "app/cli.hpp"

#include <iostream>

int main(int argc, char** argv) {
    return souk::app::runCommandLine({argv + 1, argv + argc}, std::cout, std::cerr);
}
