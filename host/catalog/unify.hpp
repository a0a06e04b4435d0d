#pragma once

#include "catalog/plan.hpp"

#include <vector>

namespace souk::catalog {

/// Finds the product of each listing that has none yet: the one product of the store that another
/// integration lists with the same SKU or barcode, when there is exactly one and this integration
/// lists it nowhere else; else a new one. Then locks the products there are (in id order) and
/// settles which listings lead. The caller holds the store's creation lock when a plan is new.
void chooseProducts(store::Transaction& tx,
                    const store::RecordScope& scope,
                    std::vector<ProductPlan>& plans);

/// Fills `variants` of every plan: a variant keeps its rows by external id, joins one that another
/// integration lists in the same product by SKU or barcode, or is new. Answers what is gone.
GoneVariants chooseVariants(store::Transaction& tx,
                            const store::RecordScope& scope,
                            std::vector<ProductPlan>& plans);

}  // namespace souk::catalog
