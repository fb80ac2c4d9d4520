package Protobuf;
# Protobuf, as far as Flor IO uses it (proto/flor-io.md, section 4): varints, octets, nested and repeated messages.
use v5.26;
use warnings;
use feature 'signatures';
no warnings 'experimental::signatures';
use Exporter 'import';
our @EXPORT_OK = qw(number octets fields numbers_in octets_in all_octets_in);

my ($VARINT, $FIXED64, $OCTETS, $FIXED32) = (0, 1, 2, 5);

sub varint ($value) {
  my $encoded = '';
  for (; $value > 0x7f; $value >>= 7) { $encoded .= chr($value & 0x7f | 0x80) }
  return $encoded . chr $value;
}

# One field, encoded.
sub number ($field, $value) { varint($field << 3 | $VARINT) . varint($value) }
sub octets ($field, $value) { varint($field << 3 | $OCTETS) . varint(length $value) . $value }

# The fields of a message: by number and wire type, each a list in the order they came. Dies when it is malformed.
sub fields ($message) {
  my (%fields, $at);
  $at = 0;
  my $take = sub ($count) {
    die "malformed\n" if $count > length($message) - $at;
    return substr $message, ($at += $count) - $count, $count;
  };
  my $take_varint = sub {
    my $value = 0;
    for my $shift (map { $_ * 7 } 0 .. 9) {
      my $octet = ord $take->(1);
      $value |= ($octet & 0x7f) << $shift;
      return $value if $octet < 0x80;
    }
    die "malformed\n";
  };
  my %value_of = (
    $VARINT => $take_varint, $FIXED64 => sub { $take->(8) }, $FIXED32 => sub { $take->(4) },
    $OCTETS => sub { $take->($take_varint->()) },
  );
  while ($at < length $message) {
    my $key = $take_varint->();
    my $read = $value_of{ $key & 7 } // die "malformed\n";
    push @{ $fields{$key} }, $read->();
  }
  return \%fields;
}

# Of a field that has another wire type, nothing is seen. Absent numbers are 0, absent octets empty; the last one counts.
sub numbers_in ($fields, @wanted) { map { ($fields->{ $_ << 3 | $VARINT } // [0])->[-1] } @wanted }
sub octets_in ($fields, $field) { ($fields->{ $field << 3 | $OCTETS } // [''])->[-1] }
sub all_octets_in ($fields, $field) { @{ $fields->{ $field << 3 | $OCTETS } // [] } }

1;
