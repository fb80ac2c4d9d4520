#!/usr/bin/env perl
# A small link in Perl's core modules: frames cross one UDP socket, each in a datagram of its own, between neighbours
# that know each other's address. The contract is proto/flor-io.md; this does little more than its section 9 asks.
#
#   node ─▶ FlorIo::receive ─▶ send_to_neighbour ─▶ wire ─▶ receive_from_wire ─▶ FlorIo::send ─▶ node
#
# Configuration: {"listen": "ADDRESS:PORT", "mtu": 1472}, IPv4. `mtu` counts a frame with its header.
use v5.26;
use warnings;
use feature 'signatures';
no warnings 'experimental::signatures';
use FindBin;
use lib $FindBin::Bin;
use Errno qw(ECONNREFUSED);
use FlorIo;
use IO::Select;
use IO::Socket::INET;
use JSON::PP qw(decode_json encode_json);
use MIME::Base64 qw(decode_base64);
use Protobuf qw(number octets octets_in);
use Socket qw(SO_RCVBUF inet_aton pack_sockaddr_in);

my ($NAME, $VERSION) = ('minimal-perl', '1.0.0');
my ($OK, $USAGE, $TEMPORARY, $CONFIGURATION) = (0, 64, 75, 78);
my ($HEADER, $DATA) = (16, 0x10);
my ($MTU_MIN, $MTU_MAX) = (576, 61_432);
my $TURN = 64;              # datagrams are taken from one socket before the other has its turn
my $TOO_BIG_PER_SECOND = 10;
my $PARENT_POLL = 2;        # seconds
my %SCHEMA = (
  type => 'object', required => ['listen'], additionalProperties => JSON::PP::false,
  properties => { listen => { type => 'string' }, mtu => { type => 'integer', minimum => $MTU_MIN, maximum => $MTU_MAX } },
);

if (grep { $_ eq '--flor-io-describe' } @ARGV) {
  my %said = (name => $NAME, version => $VERSION, flor_io => [1], caps => ['stats'], config_schema => \%SCHEMA);
  print encode_json(\%said), "\n";
  exit $OK;
}
leave($USAGE, "$NAME is a link of flor: name it in flor.yaml, kind: process, command: [perl, $0]; a node starts it")
  if ($ENV{FLOR_IO} // '') ne '1';

my $is_asked_to_stop = 0;
$SIG{TERM} = sub { $is_asked_to_stop = 1 };
$SIG{INT} = $SIG{PIPE} = 'IGNORE';
STDERR->autoflush(1);

sub leave ($code, $reason) {
  print STDERR encode_json({ level => $code ? 'error' : 'info', msg => $reason }), "\n";
  exit $code;
}

# --- Beginning -------------------------------------------------------------------------------------------------------

sub bootstrap_line {
  my $line = '';
  until ($line =~ /\n/) {
    leave($USAGE, 'no bootstrap line on standard input') if length $line > 65_536;
    sysread STDIN, $line, 65_536, length $line or leave($USAGE, 'standard input ended before the bootstrap line');
  }
  my $bootstrap = eval { decode_json($line) };
  my $io = ref $bootstrap eq 'HASH' ? $bootstrap->{flor_io} : undef;
  my $is_one = ref $io eq 'HASH' && parse_address($io->{address}) && length decode_base64($io->{secret} // '') == 32;
  return $is_one ? $bootstrap : leave($USAGE, 'the bootstrap line lacks flor_io, its address or its secret');
}

sub check ($config) {
  my %config = (mtu => 1472, %$config);
  my ($unknown) = grep { $_ ne 'listen' && $_ ne 'mtu' } sort keys %config;
  leave($CONFIGURATION, "$unknown: not a key of this link; listen and mtu are") if defined $unknown;
  leave($CONFIGURATION, 'listen: expected ADDRESS:PORT such as "0.0.0.0:4600"') unless parse_address($config{listen});
  leave($CONFIGURATION, "mtu: expected a whole number from $MTU_MIN to $MTU_MAX")
    unless $config{mtu} =~ /^\d{3,5}$/ && $config{mtu} >= $MTU_MIN && $config{mtu} <= $MTU_MAX;
  return @config{qw(listen mtu)};
}

# The socket address of "ADDRESS:PORT", or undef.
sub parse_address ($text) {
  my ($host, $number) = ($text // '') =~ /^(\d+\.\d+\.\d+\.\d+):(\d{1,5})$/ or return undef;
  my $address = inet_aton($host);
  return $address && $number <= 65_535 ? pack_sockaddr_in($number, $address) : undef;
}

my $bootstrap = bootstrap_line();
my $io = $bootstrap->{flor_io};
my ($listen, $mtu) = check($bootstrap->{config} // {});
my $to_node = IO::Socket::INET->new(Proto => 'udp', LocalAddr => '127.0.0.1', LocalPort => 0)
  or leave($TEMPORARY, "no socket for the node: $!");
$to_node->sockopt(SO_RCVBUF, 4 << 20);
CORE::connect($to_node, parse_address($io->{address})) or leave($TEMPORARY, "cannot reach the node: $!");
my $wire = IO::Socket::INET->new(Proto => 'udp', LocalAddr => $listen)
  or leave($TEMPORARY, "cannot listen on $listen: $!");
$_->blocking(0) for $to_node, $wire;

my $node = FlorIo->new(
  socket => $to_node, secret => decode_base64($io->{secret}), deadline => ($io->{deadline_ms} // 5000) / 1000,
  name => $NAME, version => $VERSION,
  handle => { frame => \&send_to_neighbour, neighbours => \&set_neighbours, end => \&leave },
);

# --- Neighbours ------------------------------------------------------------------------------------------------------

my %ports;          # by number: key, address, socket address
my %number_of;      # port number by socket address
my $last_number = 0;
my %too_big_said;   # by port number: the second, and how often in it

sub set_neighbours (@neighbours) {
  my %number_by_key = map { $ports{$_}{key} => $_ } keys %ports;
  (%ports, %number_of) = ();
  for my $neighbour (@neighbours) {
    my ($key, $address) = map { octets_in($neighbour, $_) } 1, 2;
    my $socket_address = parse_address($address) or next;
    # A number is never used for another neighbour: a late frame must not reach it.
    my $number = $number_by_key{$key} // ++$last_number;
    $ports{$number} = { key => $key, address => $address, socket_address => $socket_address };
    $number_of{$socket_address} = $number;
  }
  $node->announce(map { port_message($_, $ports{$_}) } sort { $a <=> $b } keys %ports);
}

sub port_message ($number, $port) {
  return number(1, $number) . octets(2, $port->{key}) . number(3, 1) . number(4, $mtu) . number(5, $mtu)
    . octets(9, $port->{address});
}

sub send_to_neighbour ($number, $frame) {
  my $port = $ports{$number} or return $node->{count}{'drop.unknown-port'}++;
  return drop_too_big($number, length $frame) if length $frame > $mtu;
  substr $frame, 4, 2, "\0\0";
  defined $wire->send($frame, 0, $port->{socket_address}) or $node->{count}{'error.send'}++;
}

sub drop_too_big ($number, $octets) {
  $node->{count}{'drop.too-big'}++;
  my $said = $too_big_said{$number} //= [0, 0];
  @$said = (time, 0) if $said->[0] != time;
  $node->too_big($number, $mtu, $octets) if $said->[1]++ < $TOO_BIG_PER_SECOND;
}

sub receive_from_wire ($frame, $from) {
  my $number = $number_of{$from} or return $node->{count}{'drop.unknown-address'}++;
  my ($type, $length) = length $frame < $HEADER ? (0, 0) : unpack 'C x n', $frame;
  return $node->{count}{'drop.malformed'}++ if $type != $DATA || length $frame != $HEADER + $length;
  return $node->{count}{'drop.too-big'}++ if length $frame > $mtu;
  substr $frame, 4, 2, pack 'n', $number;
  $node->send($frame);
}

# --- The loop --------------------------------------------------------------------------------------------------------

sub receive_all ($socket, $handle) {
  for (1 .. $TURN) {
    my $from = $socket->recv(my $datagram, 65_536);
    if (!defined $from) {
      leave($OK, 'the node closed its socket') if $! == ECONNREFUSED && defined $node->{node_token};
      return;
    }
    $handle->($datagram, $from);
  }
}

my $readable = IO::Select->new($to_node, $wire, \*STDIN);
my $is_child = getppid == ($io->{parent_pid} // 0);
until ($is_asked_to_stop) {
  my $wait = $node->handle_timers;
  for my $handle ($readable->can_read($wait < $PARENT_POLL ? $wait : $PARENT_POLL)) {
    # Standard input is the lifeline: nothing comes on it but its end.
    if ($handle == \*STDIN) { sysread(STDIN, my $ignored, 4096) or $is_asked_to_stop = 1 }
    elsif ($handle == $wire) { receive_all($wire, \&receive_from_wire) }
    else { receive_all($to_node, sub ($datagram, $) { $node->receive($datagram) }) }
  }
  $is_asked_to_stop = 1 if $is_child && getppid != $io->{parent_pid};
}
$node->close('asked to stop');
leave($OK, 'asked to stop');
