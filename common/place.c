/* SPDX-License-Identifier: Apache-2.0 */
#include "place.h"

#include <math.h>

double place_distance_m(double lat, double lon, double other_lat, double other_lon)
{
    double north = other_lat - lat;
    double east = (other_lon - lon) * cos((lat + other_lat) / 2 * PLACE_RADIANS_PER_DEGREE);

    return sqrt(north * north + east * east) * PLACE_METRES_PER_DEGREE;
}
