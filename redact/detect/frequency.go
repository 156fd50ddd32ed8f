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
