/* SPDX-License-Identifier: Apache-2.0 */
/* door_catalogue - a catalogue in memory with one service for each rule of the door. */
#ifndef DOOR_CATALOGUE_H
#define DOOR_CATALOGUE_H

#include "catalogue.h"

static const struct catalogue_value door_values[] = {{"off", "Tắt", "Off"}, {"dim", "Mờ", "Dim"}};

static const struct catalogue_attribute door_questions[] = {
    {.code = "note", .datatype = "text", .variable = true},
    {.code = "count", .datatype = "number", .variable = true},
    {.code = "since", .datatype = "datetime", .variable = true},
    {.code = "state",
     .datatype = "singlevaluelist",
     .variable = true,
     .values = door_values,
     .value_count = 2},
    {.code = "signs",
     .datatype = "multivaluelist",
     .variable = true,
     .values = door_values,
     .value_count = 2},
    {.code = "notice", .datatype = "text", .variable = false},
};

static const struct catalogue_attribute door_required[] = {
    {.code = "must", .datatype = "string", .variable = true, .required = true},
};

static const char *const door_no_keywords[] = {NULL};

#define DOOR_SERVICE_OF(its_kind, service, ...)                                                    \
    {                                                                                              \
        .code = (service), .kind = (its_kind), .regime = "R1", .name_vi = "Việc",                  \
        .name_en = "Matter", .keywords = door_no_keywords, __VA_ARGS__                             \
    }
#define DOOR_SERVICE(service, ...) DOOR_SERVICE_OF("field_report", service, __VA_ARGS__)

/* Each array sorted by its code, as catalogue.h says. */
static struct catalogue_service door_services[] = {
    DOOR_SERVICE("ANY", .anonymous_allowed = true, .attributes = door_questions,
                 .attribute_count = COUNT(door_questions)),
    DOOR_SERVICE_OF("question", "ASKED", .anonymous_allowed = true),
    DOOR_SERVICE("CLOSED", .closed_notice_vi = "Không nhận.", .closed_notice_en = "Not taken."),
    DOOR_SERVICE("NAMED", .anonymous_allowed = false),
    DOOR_SERVICE("OLD", .retired = true),
    DOOR_SERVICE("PLACE", .place_required = true),
    DOOR_SERVICE("REQUIRED", .attributes = door_required, .attribute_count = COUNT(door_required)),
};

static struct catalogue_unit door_units[] = {{.code = "D1", .name_vi = "Sở Một"}};

static struct catalogue_area door_areas[] = {{.code = "A1", .unit = "D1"}};

static const struct catalogue door_catalogue = {
    .version = 1,
    .country_calling_code = "84",
    .units = door_units,
    .unit_count = COUNT(door_units),
    .areas = door_areas,
    .area_count = COUNT(door_areas),
    .services = door_services,
    .service_count = COUNT(door_services),
};

#endif
