package main

import "time"

// timer is something that a session does later.
type timer int

const (
	timerGreet timer = iota
	timerDeadline
	timerPing
	timerCredit
	timerPorts
	timerCount
)

// timers says when each is due; the zero time: never.
type timers [timerCount]time.Time

func (t *timers) set(one timer, delay time.Duration) { t[one] = time.Now().Add(delay) }
func (t *timers) cancel(one timer)                   { t[one] = time.Time{} }

// sooner sets a timer unless it is due before.
func (t *timers) sooner(one timer, delay time.Duration) {
	if due := t[one]; due.IsZero() || time.Until(due) > delay {
		t.set(one, delay)
	}
}

// next returns the first timer and how long it is until then. A session always has one.
func (t *timers) next() (first timer, wait time.Duration) {
	wait = time.Duration(1<<63 - 1)
	for one, due := range t {
		if !due.IsZero() && time.Until(due) < wait {
			first, wait = timer(one), time.Until(due)
		}
	}
	return first, wait
}
