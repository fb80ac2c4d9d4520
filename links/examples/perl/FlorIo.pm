package FlorIo;
# The link's end of a Flor IO session: frames within credit, control, liveness (proto/flor-io.md, sections 2 and 4 to 7).
# One frame a datagram, which is correct and not fast.
use v5.26;
use warnings;
use feature 'signatures';
no warnings 'experimental::signatures';
use Handshake qw(control_frame random_octets same_octets);
use Protobuf qw(number octets fields numbers_in octets_in all_octets_in);
use Socket qw(SO_RCVBUF);
use Time::HiRes qw(CLOCK_MONOTONIC clock_gettime);

my ($DATA, $CONTROL) = (0x10, 0x20);
my ($HEADER, $TOKEN, $BUNDLE_MAX, $ENVELOPE_MAX) = (16, 8, 61_440, 32_768);
my $NO_TOKEN = "\0" x $TOKEN;
my ($PING, $PONG, $CREDIT, undef, $BYE, $ERROR, $PORTS, $NEIGHBOURS, $TOO_BIG) = (20 .. 25, 30, 31, 40);
my %IS_MESSAGE = map { $_ => 1 } 10 .. 13, 20 .. 25, 30, 31, 40;
my $BUSY = 3;
my ($NEIGHBOURS_MAX, $NAME_MAX) = (256, 255);
my $SILENCE_MAX = 5;    # seconds, then the node counts as dead
my $STOPPED = 2;        # a timer so late: this process was stopped, and the node is not to blame

sub now () { clock_gettime(CLOCK_MONOTONIC) }

# `socket` is connected to the node. `handle` has: frame (port, frame), neighbours (list of fields), end (code, reason).
sub new ($class, %options) {
  my $buffer_octets = $options{socket}->sockopt(SO_RCVBUF);
  my $self = bless {
    %options, count => {}, timers => {}, token => random_octets($TOKEN - 1) . "\1", seq => 0, generation => 0,
    # Credit is [datagrams, octets] since the start of the session: a lost update heals with the next.
    window => [int($buffer_octets / 2 / 832), int($buffer_octets / 4)],
    map { $_ => [0, 0] } qw(taken reported sent limit),
  }, $class;
  my @window = @{ $self->{window} };
  $self->{handshake} = Handshake->new($options{secret},
    number(1, 1) . octets(3, $options{name}) . octets(4, $options{version}) . number(5, $$) . octets(6, $self->{token})
      . number(7, $window[0]) . number(8, $window[1]) . number(9, $BUNDLE_MAX) . octets(10, 'stats'));
  $self->greet_from_now;
  $self->{timers}{deadline} = now() + $options{deadline};
  return $self;
}

# --- Until the session is ready --------------------------------------------------------------------------------------

sub greet_from_now ($self) {
  $self->{greeting_delay} = 0.1;
  $self->{timers}{greet} = now();
}

sub greet ($self) {
  $self->transmit($self->{handshake}->greeting);
  $self->{timers}{greet} = now() + $self->{greeting_delay};
  $self->{greeting_delay} *= 2 if $self->{greeting_delay} < 0.8;
}

sub receive_handshake ($self, $content) {
  my ($welcome, $reject) = $self->{handshake}->receive($content);
  return $self->handle_reject($reject) if $reject;
  return $self->{count}{'drop.bad-mac'}++ unless $welcome;
  $self->establish($welcome) unless defined $self->{node_token};
  $self->greet_from_now;
}

sub handle_reject ($self, $reject) {
  my ($code) = numbers_in($reject, 1);
  $self->{handle}{end}->($code == $BUSY ? 75 : 78, 'the node refused this link: ' . octets_in($reject, 2));
}

sub establish ($self, $welcome) {
  $self->{node_token} = octets_in($welcome, 3);
  $self->{limit} = [numbers_in($welcome, 4, 5)];
  $self->{datagram_max} = (numbers_in($welcome, 6))[0] || $BUNDLE_MAX;
  $self->{interval} = ((numbers_in($welcome, 8))[0] || 1000) / 1000;
  $self->{heard_at} = now();
  delete $self->{timers}{deadline};
  $self->{timers}{ping} = now() + $self->{interval};
}

# --- Datagrams from the node -----------------------------------------------------------------------------------------

sub receive ($self, $datagram) {
  my $token = substr $datagram, 0, $TOKEN;
  if (length $datagram < $TOKEN + $HEADER) { $self->{count}{'drop.malformed'}++ }
  elsif ($token eq $NO_TOKEN) {
    my ($type, $length) = unpack "x$TOKEN C x n", $datagram;
    my $is_whole = $type == $CONTROL && length $datagram >= $TOKEN + $HEADER + $length;
    $is_whole && eval { $self->receive_handshake(substr $datagram, $TOKEN + $HEADER, $length); 1 }
      or $self->{count}{'drop.malformed'}++;
  }
  elsif (!defined $self->{node_token} || !same_octets($token, $self->{token})) { $self->{count}{'drop.bad-token'}++ }
  else {
    $self->{heard_at} = now();
    delete $self->{timers}{greet};
    $self->receive_frames($datagram);
  }
}

sub receive_frames ($self, $datagram) {
  my $has_data = 0;
  for (my ($at, $end) = $TOKEN ; $at < length $datagram ; $at = $end) {
    my ($type, $length, $port) = length $datagram < $at + $HEADER ? () : unpack "x$at C x n n", $datagram;
    $end = $at + $HEADER + ($length // 0);
    if (!defined $type || $end > length $datagram) { $self->{count}{'drop.malformed'}++; last }
    if ($type == $DATA) {
      $has_data = 1;
      $self->{handle}{frame}->($port, substr $datagram, $at, $end - $at);
    }
    elsif ($type == $CONTROL) {
      eval { $self->receive_envelope(substr $datagram, $at + $HEADER, $length); 1 } or $self->{count}{'drop.malformed'}++;
    }
    else { $self->{count}{'drop.unknown-type'}++ }
  }
  $self->take(length $datagram) if $has_data;
}

sub receive_envelope ($self, $content) {
  die "malformed\n" if length $content > $ENVELOPE_MAX;
  my $envelope = fields($content);
  my ($seq, $ack) = numbers_in($envelope, 1, 2);
  # All of it is read before any of it has an effect: what is malformed changes nothing.
  my ($credit, $ping, $neighbours, $bye) =
    map { all_octets_in($envelope, $_) ? fields(octets_in($envelope, $_)) : undef } $CREDIT, $PING, $NEIGHBOURS, $BYE;
  my @neighbours = $neighbours ? map { fields($_) } all_octets_in($neighbours, 2) : ();
  return $self->refuse($seq, 'malformed') if breaks_a_bound(@neighbours);
  delete $self->{timers}{ports} if $ack == $self->{seq};
  $self->raise_limit(numbers_in($credit, 3, 4)) if $credit;
  $self->answer(numbers_in($ping, 1, 2, 3)) if $ping;
  $self->set_neighbours((numbers_in($neighbours, 1))[0], @neighbours) if $neighbours;
  $self->{handle}{end}->(0, 'the node said goodbye') if $bye;
  my $is_known = $seq == 0 || grep { $IS_MESSAGE{ $_ >> 3 } } keys %$envelope;
  return $self->refuse($seq, 'unimplemented') unless $is_known;
  $self->send_control(number(2, $seq)) if $seq > 0;
}

# Acknowledges all the same: repeating the message would not mend it.
sub refuse ($self, $seq, $code) {
  $self->{count}{"drop.$code"}++;
  $self->send_control(number(2, $seq) . octets($ERROR, number(1, $seq) . octets(2, $code))) if $seq > 0;
}

sub breaks_a_bound (@neighbours) {
  my %seen;
  my $is_bad = sub ($neighbour) {
    my ($key, $address, $token, $peer) = map { octets_in($neighbour, $_) } 1, 2, 3, 5;
    return $key eq '' || $seen{$key}++ || (grep { length > $NAME_MAX } $key, $address, $peer)
      || ($token ne '' && length $token != $TOKEN) || (numbers_in($neighbour, 4))[0] > 65_535;
  };
  return @neighbours > $NEIGHBOURS_MAX || grep { $is_bad->($_) } @neighbours;
}

sub set_neighbours ($self, $generation, @neighbours) {
  return if $generation <= $self->{generation};
  $self->{generation} = $generation;
  $self->{handle}{neighbours}->(@neighbours);
}

# --- Credit and liveness ---------------------------------------------------------------------------------------------

sub raise_limit ($self, @limit) {
  for (0, 1) { $self->{limit}[$_] = $limit[$_] if $limit[$_] > $self->{limit}[$_] }
}

sub take ($self, $octets) {
  my ($taken, $reported, $window) = @$self{qw(taken reported window)};
  $taken->[0] += 1;
  $taken->[1] += $octets;
  if (grep { ($taken->[$_] - $reported->[$_]) * 4 >= $window->[$_] } 0, 1) { $self->report_credit }
  else { $self->{timers}{credit} //= now() + 0.005 }
}

sub report_credit ($self) {
  delete $self->{timers}{credit};
  my ($datagrams, $octets) = @{ $self->{taken} };
  $self->{reported} = [$datagrams, $octets];
  my @figures = ($datagrams, $octets, $datagrams + $self->{window}[0], $octets + $self->{window}[1]);
  $self->send_control(octets($CREDIT, join '', map { number($_ + 1, $figures[$_]) } 0 .. 3));
}

sub answer ($self, $id, @sent) {
  # What was sent before the Ping came before it, or never will.
  $self->{taken} = \@sent if $sent[0] > 0;
  my @names = (sort keys %{ $self->{count} })[0 .. 63];
  my @counters = map { octets(2, octets(1, $_) . number(2, $self->{count}{$_})) } grep { defined } @names;
  $self->send_control(octets($PONG, join '', number(1, $id), @counters));
  $self->report_credit;
}

# Settles at the node what was lost, and finds out that the node is dead.
sub ping ($self) {
  my $late = now() - ($self->{ping_due_at} // now());
  $self->{heard_at} = now() if $late > $STOPPED;
  return $self->{handle}{end}->(75, "the node was silent for $SILENCE_MAX s") if now() - $self->{heard_at} > $SILENCE_MAX;
  $self->send_control(octets($PING, number(1, ++$self->{pings}) . number(2, $self->{sent}[0]) . number(3, $self->{sent}[1])));
  $self->{timers}{ping} = $self->{ping_due_at} = now() + $self->{interval} * (0.75 + rand 0.25);
}

# --- To the node -----------------------------------------------------------------------------------------------------

# Hands a frame up, or drops and counts it.
sub send ($self, $frame) {
  my ($sent, $limit) = @$self{qw(sent limit)};
  my $octets = $TOKEN + length $frame;
  return $self->{count}{'drop.not-ready'}++ if !defined $self->{node_token} || $octets > $self->{datagram_max};
  return $self->{count}{'drop.no-credit'}++ if $sent->[0] >= $limit->[0] || $sent->[1] + $octets > $limit->[1];
  $sent->[0] += 1;
  $sent->[1] += $octets;
  $self->transmit($self->{node_token} . $frame);
}

# Tells every port there is, encoded, until the node acknowledges it.
sub announce ($self, @ports) {
  my $seq = ++$self->{seq};
  $self->{ports} = number(1, $seq) . octets($PORTS, join '', number(1, $seq), map { octets(2, $_) } @ports);
  $self->send_ports;
}

sub send_ports ($self) {
  $self->send_control($self->{ports});
  $self->{timers}{ports} = now() + 0.8;
}

sub too_big ($self, $port, $mtu, $octets) {
  $self->send_control(octets($TOO_BIG, number(1, $port) . number(2, $mtu) . number(3, $octets)));
}

sub close ($self, $reason) { $self->send_control(octets($BYE, octets(1, $reason))) if defined $self->{node_token} }

sub send_control ($self, $envelope) { $self->transmit($self->{node_token} . control_frame($envelope)) }
sub transmit ($self, $datagram) { defined $self->{socket}->send($datagram) or $self->{count}{'error.send'}++ }

my %due = (
  greet => \&greet, ping => \&ping, ports => \&send_ports, credit => \&report_credit,
  deadline => sub ($self) { $self->{handle}{end}->(75, 'the node did not answer in time') },
);

# Does what is due; returns seconds until something is.
sub handle_timers ($self) {
  my $timers = $self->{timers};
  for my $name (grep { $timers->{$_} <= now() } keys %$timers) {
    delete $timers->{$name} and $due{$name}->($self);
  }
  my ($next) = sort { $a <=> $b } values %$timers;
  return $next > now() ? $next - now() : 0;
}

1;
