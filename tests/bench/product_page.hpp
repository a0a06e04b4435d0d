#pragma once

#include <cstddef>
#include <string>

namespace souk::bench {

/// The answer to product_page.graphql with `count` products from number `first` on: three variants,
/// two media and a description of some hundred characters each, about 2.4 KB per product.
std::string productPage(std::size_t first, std::size_t count);

}  // namespace souk::bench
