package detect

// frequency is how often each ASCII byte occurs per 100,000 bytes in a mix of
// prose, program text and JSON. It steers which part of a pattern the scan
// looks for: a bad figure costs time, never a match.
var frequency = [128]int{
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1359, 1196, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	10331, 61, 4330, 41, 9, 61, 38, 82, 525, 525, 223, 50, 1611, 530, 1095, 673,
	539, 460, 563, 310, 313, 327, 287, 224, 244, 230, 1620, 120, 35, 353, 36, 42,
	4, 431, 255, 544, 330, 568, 308, 240, 426, 406, 153, 168, 431, 319, 384, 367,
	372, 160, 498, 659, 680, 330, 168, 337, 149, 199, 138, 295, 301, 295, 2, 709,
	262, 3897, 700, 2299, 2028, 7628, 1304, 1090, 1631, 3758, 219, 537, 2513, 1403, 4216, 4149,
	1830, 319, 4421, 3759, 6110, 1880, 564, 734, 519, 1021, 216, 785, 223, 784, 3, 1,
}

// frequencyHigh is the same for all bytes from 0x80 together.
const (
	frequencyHigh  = 800
	frequencyScale = 100_000
)

// A digit follows a digit in every second place, and a capital a small letter
// hardly ever: what a character is depends on the one before. So a row of five
// digits is common, however rare digits are.

// charKinds are the kinds of characters that go together: digits, small letters,
// capitals, white space, other signs and what is not ASCII.
var charKinds = [...]byteSet{
	digitSet, rangeSet('a', 'z'), upperSet, spaceSet,
	asciiSet.without(alnumSet).without(spaceSet), asciiSet.not(),
}

// follows is how often, of a thousand characters of a kind, the next one is of
// another; in the order of charKinds.
var follows = [len(charKinds)][len(charKinds)]float64{
	{524, 136, 71, 97, 172, 1},
	{17, 755, 26, 124, 71, 7},
	{56, 418, 413, 55, 53, 5},
	{54, 482, 125, 194, 141, 4},
	{47, 200, 81, 375, 295, 1},
	{1, 316, 8, 64, 15, 596},
}

// shares is how much of each kind's characters a class has.
type shares [len(charKinds)]float64

func (s byteSet) shares() (part shares) {
	for k, kind := range charKinds {
		part[k] = s.and(kind).probability() / kind.probability()
	}
	return part
}

// behind estimates how often a byte is in a class behind one of another class.
func (part shares) behind(before shares) float64 {
	sum, all := 0.0, 0.0
	for k, kind := range charKinds {
		here := before[k] * kind.probability()
		all += here
		for j := range part {
			sum += here * follows[k][j] / 1000 * part[j]
		}
	}
	return sum / all
}
