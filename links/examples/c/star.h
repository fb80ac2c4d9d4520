/* The wire: a star of neighbours over one UDP socket. */
#ifndef STAR_H
#define STAR_H

#include "frame.h"

enum { MTU_MIN = 576, MTU_MAX = BUNDLE_MAX - TOKEN_OCTETS, MTU_DEFAULT = 1472 };

/* Listens at `listen`, ADDRESS:PORT; false when it is not that. `mtu` counts a frame with its header. */
bool open_star(const char *listen, size_t mtu);

/* The socket to wait for; -1 while the node takes nothing: frames wait in the kernel, which drops what is too much. */
int readable_star(void);

/* Passes frames from the wire to the node. */
void receive_star(void);

/* Passes a frame from the node to the wire. */
void send_frame(uint8_t *frame, size_t length);

/* Takes the Neighbours message: every neighbour that the node wants. */
void set_neighbours(struct octets list);

/* Once a second. */
void tick_star(void);

#endif
