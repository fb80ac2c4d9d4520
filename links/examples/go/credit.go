package main

// amount counts datagrams and octets.
type amount struct{ datagrams, octets uint64 }

func (a amount) plus(b amount) amount {
	return amount{a.datagrams + b.datagrams, a.octets + b.octets}
}

// credit keeps either side from filling the other's receive buffer. All figures but the window count from the start of
// the session, so that a lost update heals with the next.
type credit struct {
	sent, limit        amount // to the node, and how far we may go
	received, reported amount // from the node, and what it knows of it
	window             amount // what our buffer holds
}

// newCredit takes what SO_RCVBUF says. A datagram costs the kernel at most twice its octets and 832 more.
func newCredit(bufferOctets uint64) credit {
	return credit{window: amount{max(2, bufferOctets/2/832), max(4096, bufferOctets/4)}}
}

// allows says whether a datagram of so many octets may be sent now.
func (c *credit) allows(octets int) bool {
	return c.sent.datagrams < c.limit.datagrams && c.sent.octets+uint64(octets) <= c.limit.octets
}

func (c *credit) raise(datagrams, octets uint64) {
	c.limit = amount{max(c.limit.datagrams, datagrams), max(c.limit.octets, octets)}
}

// isDue says whether a quarter of the window was taken since the last report.
func (c *credit) isDue() bool {
	return (c.received.datagrams-c.reported.datagrams)*4 >= c.window.datagrams ||
		(c.received.octets-c.reported.octets)*4 >= c.window.octets
}

// settle takes the figures of a Ping: what was sent before it came before it, or never will. It returns how many
// datagrams were lost; they no longer fill our buffer.
func (c *credit) settle(sent amount) (lost uint64) {
	if sent.datagrams == 0 {
		return 0
	}
	if sent.datagrams > c.received.datagrams {
		lost = sent.datagrams - c.received.datagrams
	}
	c.received = sent
	return lost
}

// report returns the fields of a Credit message; it counts as sent.
func (c *credit) report() []byte {
	c.reported = c.received
	limit := c.received.plus(c.window)
	said := appendNumber(appendNumber(nil, 1, c.received.datagrams), 2, c.received.octets)
	return appendNumber(appendNumber(said, 3, limit.datagrams), 4, limit.octets)
}
