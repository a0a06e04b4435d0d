#include "app/commands.hpp"

namespace souk::app {

namespace {

/// An option that becomes a query parameter of the route.
struct Wish {
    const char* option;
    const char* parameter;
    const char* help;
};

/// `souk NAME list` and `souk NAME show ID` over one route.
void addReading(CLI::App& app,
                Console& console,
                const std::string& name,
                const std::string& help,
                const std::string& route,
                const std::vector<Wish>& wishes,
                const std::vector<Column>& columns) {
    auto* group = app.add_subcommand(name, help)->require_subcommand(1);
    auto* list = addCommandInStore(*group, console, "list", "List them");
    auto paging = std::make_shared<Paging>();
    paging->addTo(*list);
    auto values = std::make_shared<std::vector<std::string>>(wishes.size());
    for (std::size_t i = 0; i < wishes.size(); ++i)
        list->add_option(wishes[i].option, (*values)[i], wishes[i].help);
    list->callback([&console, route, wishes, columns, paging, values] {
        Parameters query{{"store_id", console.storeId()}};
        for (std::size_t i = 0; i < wishes.size(); ++i)
            query.emplace_back(wishes[i].parameter, (*values)[i]);
        paging->into(query);
        console.list(console.client().get(route, query), columns);
    });

    auto* show = addCommandInStore(*group, console, "show", "Show one, whole");
    auto id = std::make_shared<std::string>();
    show->add_option("id", *id, "Its id, as the list shows it")->required();
    show->callback([&console, route, id] {
        console.show(console.client().get(route + '/' + *id, {{"store_id", console.storeId()}}));
    });
}

/// `souk product publish`.
void addPublishing(CLI::App& app, Console& console) {
    struct Wanted {
        std::vector<std::string> products;
        std::string integration;
        bool all = false;
    };
    auto wanted = std::make_shared<Wanted>();
    auto* publish = addCommandInStore(*app.get_subcommand("product"),
                                      console,
                                      "publish",
                                      "Push products to the platforms that publish them");
    auto* ids = publish->add_option("ids", wanted->products, "Ids, as the list shows them");
    publish->add_flag("--all", wanted->all, "Every product of the store")->excludes(ids);
    publish->add_option(
        "--integration", wanted->integration, "Name or id (default: all that publish)");
    publish->callback([&console, wanted] {
        if (wanted->products.empty() && !wanted->all)
            throw CommandError("Name the products' ids, or give --all.");
        const auto store = console.storeId();
        sdk::JsonWriter body;
        body.object();
        if (!wanted->all) {
            body.key("product_ids").array();
            for (const auto& id : wanted->products) body.text(id);
            body.end();
        }
        if (!wanted->integration.empty())
            body.key("integration_id").text(console.integrationId(wanted->integration));
        console.show(console.client().post(
            "/api/v1/products/publish", body.end().take(), {{"store_id", store}}));
    });
}

}  // namespace

void addReadingCommands(CLI::App& app, Console& console) {
    addReading(app,
               console,
               "product",
               "Products of a store",
               "/api/v1/products",
               {{"--search,-q", "q", "Part of title, vendor, SKU or barcode"},
                {"--status", "status", "active, draft, archived or unlisted"},
                {"--vendor", "vendor", "Exact vendor"},
                {"--in-stock", "in_stock", "true or false"},
                {"--updated-since", "updated_since", "RFC 3339 time"}},
               {column("ID", "id"),
                column("TITLE", "title"),
                column("STATUS", "status"),
                column("VENDOR", "vendor"),
                column("VARIANTS", "variant_count"),
                moneyColumn("FROM", "price_from"),
                column("AVAILABLE", "available")});
    addPublishing(app, console);
    addReading(
        app,
        console,
        "order",
        "Orders of a store",
        "/api/v1/orders",
        {{"--status", "status", "open, closed or cancelled"},
         {"--financial-status", "financial_status", "paid, pending, refunded, …"},
         {"--fulfilment-status", "fulfilment_status", "unfulfilled, partial, fulfilled, restocked"},
         {"--updated-since", "updated_since", "RFC 3339 time"}},
        {column("ID", "id"),
         column("NAME", "name"),
         column("STATUS", "status"),
         column("PAID", "financial_status"),
         column("SHIPPED", "fulfilment_status"),
         moneyColumn("TOTAL", "total.shop"),
         column("PLACED", "placed_at")});
    addReading(app,
               console,
               "customer",
               "Customers of a store",
               "/api/v1/customers",
               {{"--search,-q", "q", "Part of a name, email or phone"},
                {"--updated-since", "updated_since", "RFC 3339 time"}},
               {column("ID", "id"),
                column("FIRST", "first_name"),
                column("LAST", "last_name"),
                column("EMAIL", "email"),
                column("ORDERS", "order_count")});
    addReading(app,
               console,
               "conversation",
               "Conversations with people, by message",
               "/api/v1/conversations",
               {{"--search,-q", "q", "Part of a name, username or phone"},
                {"--unread", "unread", "true or false"}},
               {column("ID", "id"),
                column("NAME", "name"),
                column("PHONE", "phone"),
                column("UNREAD", "unread"),
                column("LAST MESSAGE", "last_message_at")});
}

void addPluginCommands(CLI::App& app, Console& console) {
    auto* group =
        app.add_subcommand("plugin", "Platform plugins of this host")->require_subcommand(1);
    addCommand(*group, console, "list", "Loaded plugins, and refused ones with reason and fix")
        ->callback([&console] {
            console.list(console.client().get("/api/v1/platforms"),
                         {column("PLATFORM", "platform"),
                          column("NAME", "name"),
                          column("VERSION", "version"),
                          column("STATE", "state"),
                          column("REASON", "reason"),
                          column("FIX", "fix")});
        });
}

}  // namespace souk::app
