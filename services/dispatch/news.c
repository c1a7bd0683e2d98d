/* SPDX-License-Identifier: Apache-2.0 */
/* news - whoever holds a task hears how many others have reported the same, if its HELLO asked for
 * that: once a turn, however many have joined. */
#include "dispatch.h"
#include "mem.h"

#include <stdlib.h>

static void add(struct news *news, struct task *task)
{
    if (news->count == news->room) {
        news->room = 2 * news->room + 64;
        news->tasks = mem_resize(news->tasks, news->room * sizeof(*news->tasks));
    }
    news->tasks[news->count++] = task->id;
    task->has_news = true;
}

void news_note(struct dispatch *d, const struct wire_task_id *id, int64_t followers)
{
    struct task *task = queue_find(d->queue, id);

    if (task == NULL || followers < 0 || followers > UINT16_MAX || task->followers == followers)
        return;
    task->followers = (uint16_t)followers;
    if (task->lease != NULL && task->lease->session->wants_news && !task->has_news)
        add(&d->news, task);
}

static void tell(struct dispatch *d, const struct task *task)
{
    char id[WIRE_TASK_ID_SIZE];
    const struct wire_news words = {wire_task_id_text(&task->id, id), task->lease->epoch,
                                    task->followers};

    strbuf_clear(&d->text);
    strbuf_add(&d->text, "[", 1);
    json_write(wire_news_fields, &words, &d->text);
    strbuf_add(&d->text, "]", 1);
    door_say(d, task->lease->session, WIRE_NEWS);
}

void news_turn(struct dispatch *d)
{
    for (size_t i = 0; i < d->news.count; i++) {
        struct task *task = queue_find(d->queue, &d->news.tasks[i]);
        if (task == NULL)
            continue;
        task->has_news = false;
        if (task->lease != NULL && task->lease->session->wants_news)
            tell(d, task);
    }
    d->news.count = 0;
}

void news_free(struct dispatch *d)
{
    free(d->news.tasks);
}
