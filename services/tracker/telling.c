/* SPDX-License-Identifier: Apache-2.0 */
/* telling - events, piece by piece. A digest stands last in a detail: dunghen verify looks there.
 */
#include "attachments.h"
#include "verbs.h"

#include <inttypes.h>
#include <string.h>

struct event_row *tell(const struct work *w, const struct task_row *task, const char *type)
{
    struct event_row *event = workset_event(w->set, w->c, task, type, w->command->command.actor);
    const struct catalogue_unit *unit = task != NULL ? task->unit : w->c->unit;

    strbuf_addf(&event->detail, "{\"unit\":\"%s\",\"state\":\"%s\"", unit->code,
                state_name(w->c->state));
    return event;
}

void tell_text(struct event_row *event, const char *key, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    strbuf_addf(&event->detail, ",\"%s\":", key);
    json_write_text(&event->detail, text, strlen(text));
}

void tell_number(struct event_row *event, const char *key, int64_t number)
{
    strbuf_addf(&event->detail, ",\"%s\":%" PRId64, key, number);
}

/* However many cases a word is about, it is written once, with the first of its events; the others
 * name that. */
void tell_noted(const struct work *w, struct event_row *event)
{
    char digest[LEDGER_DIGEST_SIZE];
    size_t len;
    const char *body = command_content(w->command, &len);
    int64_t noted = workset_noted(w->set, w->command);

    if (len > 0 && noted != 0) {
        tell_number(event, "note_of", noted);
    } else if (len > 0) {
        workset_note(w->set, &(struct note_row){event->seq, w->c->id, w->command});
        work_attach(w, event);
    }
    tell_text(event, "note", len > 0 ? ledger_digest(body, len, digest) : NULL);
    tell_end(w, event);
}

void tell_end(const struct work *w, struct event_row *event)
{
    strbuf_add(&event->detail, "}", 1);
    workset_seal(w->set, event);
}

void tell_assigned(const struct work *w, const struct task_row *task)
{
    struct event_row *event = workset_event(w->set, w->c, task, "assigned", "tracker");

    strbuf_addf(&event->detail, "{\"unit\":\"%s\",\"due_at\":%" PRId64 "}", task->unit->code,
                task->due_at);
    workset_seal(w->set, event);
    if (task->leads && w->c->terms.merged > 0)
        merged_count(w, w->c, 0); /* whoever leads now hears it as well */
}

void tell_closed(const struct work *w, const char *why)
{
    struct event_row *event = tell(w, w->task, "closed");

    tell_text(event, "why", why);
    tell_end(w, event);
    work_count(w, "closed");
}
