package detect

import "unicode/utf8"

// A walk over the automaton waits for memory at every byte: where it goes next
// is known only when the last transition has been read. Four walks over four
// stretches of a text wait at the same time.
const (
	lanes   = 4
	laneMax = 1 << 10 // bytes of a lane
	laneMin = 1 << 7  // below, starting four costs what it saves
)

// stops is where the walks of four lanes met the end of a factor: for each lane
// the byte, counted from the lane's beginning, over the state behind it.
type stops [lanes][laneMax]uint32

const stateBits = 16

// walk runs the automaton over text[from:from+lanes*n], n at most laneMax, and
// returns the state behind it; ok is false if a lane's first state is too far
// to find.
func (m *Matcher) walk(s *search, state uint, from, n int) (after uint, ok bool) {
	var begin [lanes]uint
	begin[0] = state
	for k := 1; k < lanes; k++ {
		if begin[k], ok = m.scan.reach(s.text, from+k*n); !ok {
			return state, false
		}
	}
	count, after := m.scan.four(s.stops, s.text[from:from+lanes*n], begin, n)
	for k := range lanes {
		for _, stop := range s.stops[k][:count[k]] {
			s.candidates(m.scan.ends[stop&(1<<stateBits-1)], from+k*n+int(stop>>stateBits)+1)
		}
		clear(s.stops[k][:min(count[k]+1, laneMax)]) // a state tells of the text
	}
	return after, true
}

// four walks the four lanes of a text, n bytes each, and returns how many stops
// each has and the last one's last state. It notes every byte as a stop and
// counts the real ones, for a branch that goes either way costs more than that.
func (a *automaton) four(to *stops, text string, begin [lanes]uint, n int) (count [lanes]int, after uint) {
	next, class, shift := a.next, &a.class, a.shift&31
	t0, t1, t2, t3 := text[:n], text[n:][:n], text[2*n:][:n], text[3*n:][:n]
	s0, s1, s2, s3 := begin[0], begin[1], begin[2], begin[3]
	n0, n1, n2, n3 := 0, 0, 0, 0
	for i := range n {
		v0 := uint(next[s0<<shift|uint(class[t0[i]])])
		v1 := uint(next[s1<<shift|uint(class[t1[i]])])
		v2 := uint(next[s2<<shift|uint(class[t2[i]])])
		v3 := uint(next[s3<<shift|uint(class[t3[i]])])
		s0, s1, s2, s3 = v0&^accept, v1&^accept, v2&^accept, v3&^accept
		at := uint32(i) << stateBits
		to[0][n0&(laneMax-1)] = at | uint32(s0)
		to[1][n1&(laneMax-1)] = at | uint32(s1)
		to[2][n2&(laneMax-1)] = at | uint32(s2)
		to[3][n3&(laneMax-1)] = at | uint32(s3)
		n0, n1, n2, n3 = n0+int(v0>>acceptBit), n1+int(v1>>acceptBit), n2+int(v2>>acceptBit), n3+int(v3>>acceptBit)
	}
	return [lanes]int{n0, n1, n2, n3}, s3
}

// reach returns the state in which a walk from the beginning would be at byte i,
// as far as it matters from there on: a factor that goes on behind i has begun
// at most its length before. Of the characters outside ASCII any number may
// stand in one place of it, so if they are many there the answer is not ok.
func (a *automaton) reach(text string, i int) (state uint, ok bool) {
	const far = 64
	from := i
	for range maxFactor + 1 { // and the guard
		if from == 0 {
			break
		}
		from--
		for from > 0 && text[from] >= utf8.RuneSelf && text[from-1] >= utf8.RuneSelf {
			if from--; i-from > far {
				return 0, false
			}
		}
	}
	for k := from; k < i; k++ {
		state = uint(a.next[state<<a.shift|uint(a.class[text[k]])] &^ accept)
	}
	return state, true
}
