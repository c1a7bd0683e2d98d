/* SPDX-License-Identifier: Apache-2.0 */
#include "tree.h"

#include "clock.h"
#include "decimal.h"
#include "json.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void tree_init(struct tree *tree, bool json, struct strbuf *out)
{
    memset(tree, 0, sizeof(*tree));
    tree->json = json;
    tree->out = out;
    strbuf_clear(out);
    if (!json)
        xml_init(&tree->xml, out);
}

/* The comma and the name that go before a member in JSON. */
static void json_begin(struct tree *tree, const char *name)
{
    if (tree->depth == 0)
        return;
    bool *filled = &tree->levels[tree->depth - 1].filled;
    if (*filled)
        strbuf_add(tree->out, ",", 1);
    *filled = true;
    if (tree->levels[tree->depth - 1].list)
        return;
    json_write_text(tree->out, name, strlen(name));
    strbuf_add(tree->out, ":", 1);
}

static void open_level(struct tree *tree, const char *name, bool list)
{
    assert(tree->depth < XML_DEPTH_MAX);
    if (tree->json) {
        json_begin(tree, name);
        strbuf_add(tree->out, list ? "[" : "{", 1);
    } else {
        xml_open(&tree->xml, name);
    }
    tree->levels[tree->depth].tag = name;
    tree->levels[tree->depth].list = list;
    tree->levels[tree->depth++].filled = false;
}

void tree_list(struct tree *tree, const char *name)
{
    open_level(tree, name, true);
}

void tree_record(struct tree *tree, const char *name)
{
    open_level(tree, name, false);
}

void tree_end(struct tree *tree)
{
    assert(tree->depth > 0);
    tree->depth--;
    if (tree->json)
        strbuf_add(tree->out, tree->levels[tree->depth].list ? "]" : "}", 1);
    else
        xml_close(&tree->xml, tree->levels[tree->depth].tag);
}

/* plain needs no escaping in either format. */
static void add_plain(struct tree *tree, const char *name, const char *plain)
{
    if (!tree->json) {
        xml_text(&tree->xml, name, plain);
        return;
    }
    if (plain == NULL && tree->sparse)
        return;
    json_begin(tree, name);
    if (plain == NULL)
        plain = "null";
    strbuf_add(tree->out, plain, strlen(plain));
}

void tree_text(struct tree *tree, const char *name, const char *value)
{
    if (!tree->json || value == NULL) {
        add_plain(tree, name, value);
        return;
    }
    json_begin(tree, name);
    json_write_text(tree->out, value, strlen(value));
}

void tree_bool(struct tree *tree, const char *name, bool value)
{
    add_plain(tree, name, value ? "true" : "false");
}

void tree_int(struct tree *tree, const char *name, int64_t value)
{
    char text[24];

    (void)snprintf(text, sizeof(text), "%" PRId64, value);
    add_plain(tree, name, text);
}

void tree_float(struct tree *tree, const char *name, double value)
{
    char text[DECIMAL_SIZE];

    add_plain(tree, name, isnan(value) ? NULL : decimal_text(value, text));
}

void tree_time(struct tree *tree, const char *name, int64_t us)
{
    char text[CLOCK_TEXT_SIZE];

    tree_text(tree, name, us == INT64_MIN ? NULL : clock_text_local(us, text));
}
