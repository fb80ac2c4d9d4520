package Handshake;
# Hello, Welcome, Ready, each proven by an HMAC under the secret of the bootstrap line (proto/flor-io.md, section 3).
use v5.26;
use warnings;
use feature 'signatures';
no warnings 'experimental::signatures';
use Digest::SHA qw(hmac_sha256 sha256);
use Exporter 'import';
use Protobuf qw(number octets fields numbers_in octets_in all_octets_in);
our @EXPORT_OK = qw(control_frame random_octets same_octets);

my ($CONTROL, $FLAG_MAC) = (0x20, 0x01);
my ($TOKEN, $MAC) = (8, 32);
my ($HELLO, $WELCOME, $READY, $REJECT) = 10 .. 13;

# `said` are the encoded fields of Hello except its nonce.
sub new ($class, $secret, $said) {
  my $self = bless { secret => $secret }, $class;
  $self->{hello} = octets($HELLO, octets(2, random_octets(32)) . $said);
  $self->set_greeting('hello', $self->{hello});
  return $self;
}

# The datagram to repeat until the node answers: Hello, and after the Welcome Ready.
sub greeting ($self) { $self->{greeting} }

# Takes a handshake frame's content; returns the fields of a Welcome, or of a Reject as second value. Nothing: it is not
# authentic. Dies when it is malformed.
sub receive ($self, $content) {
  die "malformed\n" if length $content < $MAC;
  my $envelope = substr $content, 0, -$MAC;
  my $message = fields($envelope);
  my $is_reject = all_octets_in($message, $REJECT);
  my $mac = $self->mac($is_reject ? 'reject' : 'welcome', $envelope, $self->{hello});
  return unless same_octets($mac, substr $content, -$MAC);
  return (undef, fields(octets_in($message, $REJECT))) if $is_reject;
  my $welcome = fields(octets_in($message, $WELCOME));
  die "malformed\n" if (numbers_in($welcome, 1))[0] != 1 || length octets_in($welcome, 3) != $TOKEN;
  $self->set_greeting('ready', octets($READY, ''), $self->{hello}, $envelope);
  return $welcome;
}

sub mac ($self, $label, $envelope, @before) {
  return hmac_sha256("flor-io/1 $label", map({ sha256($_) } @before), $envelope, $self->{secret});
}

sub set_greeting ($self, $label, $envelope, @before) {
  my $content = $envelope . $self->mac($label, $envelope, @before);
  $self->{greeting} = "\0" x $TOKEN . control_frame($content, $FLAG_MAC);
}

sub control_frame ($content, $flags = 0) { pack('CCnnnNN', $CONTROL, $flags, length $content, 0, 0, 0, 0) . $content }

# In a time that does not depend on where they differ.
sub same_octets ($one, $other) { length $one == length $other && ($one ^ $other) !~ /[^\0]/ }

sub random_octets ($count) {
  open my $random, '<:raw', '/dev/urandom' or die "/dev/urandom: $!\n";
  read($random, my $octets, $count) == $count or die "/dev/urandom: $!\n";
  return $octets;
}

1;
