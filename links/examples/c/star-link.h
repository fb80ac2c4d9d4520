/* What this link is called. */
#ifndef STAR_LINK_H
#define STAR_LINK_H

#define LINK_NAME "star-c"
#define LINK_VERSION "1.0.0"

#endif
