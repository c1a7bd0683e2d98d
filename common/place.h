/* SPDX-License-Identifier: Apache-2.0 */
/* place - how far places of a city are from each other. Degrees are WGS 84's. */
#ifndef PLACE_H
#define PLACE_H

/* NOLINTNEXTLINE(readability-identifier-naming) */
#define PLACE_METRES_PER_DEGREE 111195.0 /* of a great circle of the mean earth */
#define PLACE_RADIANS_PER_DEGREE 0.017453292519943295

/* On a plane that touches the earth between the two: exact enough for a city. */
double place_distance_m(double lat, double lon, double other_lat, double other_lon);

#endif
