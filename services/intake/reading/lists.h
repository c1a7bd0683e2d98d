/* SPDX-License-Identifier: Apache-2.0 */
/* lists - carries out a list: walks step by step, and answers when the page is full. */
#ifndef LISTS_H
#define LISTS_H

#include "intake.h"
#include "listing.h"
#include "query.h"
#include "tree.h"

struct list;

/* How a door shows a list. Each gets what it needs from the list. */
struct list_door {
    void (*begin)(struct list *list);
    void (*row)(struct list *list, const struct listing_case *c);
    /* Must answer list->request, or return false and do so later, and then close the list. */
    bool (*end)(struct list *list);
    void (*failed)(struct list *list, const struct err *e); /* must answer */
    size_t walk_max;   /* looked at for one page, in rows beside each other */
    size_t walk_found; /* and so many more for each case that was found */
};

struct list {
    struct intake *intake;
    struct http_request *request;
    const struct list_door *door;
    enum language language;
    bool json, extensions;
    int64_t now;
    struct listing_filter filter;
    const struct catalogue
        *catalogue;      /* kept, since the filter may point into it; NULL: none yet */
    struct arena *arena; /* lives as long as the list: the filter's texts */
    struct strbuf out;
    struct tree tree; /* into out */
    void *door_data;  /* the door's own, in the arena */
    size_t shown, skipped, walked;
    struct listing_step step; /* on its way */
    bool has_more;
    struct listing_cursor last; /* the case that was looked at last */
    uint64_t key;               /* of trail; 0: none */
    int64_t page;
};

/* A list whose filter is to be read next; yours until list_start or list_close. */
struct list *list_new(struct intake *intake, struct http_request *request,
                      const struct list_door *door);
void list_close(struct list **list);
struct query list_query(const struct list *list);

/* Answers the request, now or later. Takes the list over. */
void list_start(struct list *list);

#endif
