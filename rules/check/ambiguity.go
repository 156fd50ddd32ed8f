package check

import "slices"

// ambiguity is a text that an automaton can read in many ways: after prefix,
// each repetition of pump doubles them.
type ambiguity struct{ prefix, pump string }

// maxSteps bounds the search for an ambiguity; a pattern too large for it is
// left to the time-out of the engine.
const maxSteps = 1 << 20

// pair is two ways through an automaton that have read the same text.
type pair struct {
	p, q  int
	apart bool // the ways have differed
}

// ambiguous looks for a state to which two different ways lead back on the same
// text: exponential ambiguity (A. Weber and H. Seidl, "On the degree of
// ambiguity of finite automata", 1991, criterion EDA).
func (a *automaton) ambiguous() (ambiguity, bool) {
	cycle := a.cycles()
	steps := 0
	for q := range a.class {
		if cycle[q] < 0 {
			continue
		}
		if pump, ok := a.returns(q, cycle, &steps); ok {
			return ambiguity{a.reach(q), pump}, true
		}
		if steps > maxSteps {
			break
		}
	}
	return ambiguity{}, false
}

// returns searches breadth-first for a text that leads from state q back to q
// in two ways.
func (a *automaton) returns(q int, cycle []int, steps *int) (string, bool) {
	start := pair{q, q, false}
	type origin struct {
		from pair
		read rune
	}
	seen := map[pair]origin{start: {}}
	for queue := []pair{start}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		for _, x := range a.follow[at.p] {
			for _, y := range a.follow[at.q] {
				p, o := x.to, y.to
				if *steps++; *steps > maxSteps {
					return "", false
				}
				both := a.class[p].and(a.class[o])
				if cycle[p] != cycle[q] || cycle[o] != cycle[q] || both.empty() {
					continue
				}
				twice := at.p == at.q && p == o && x.ways > 1
				to := pair{p, o, at.apart || p != o || twice}
				if _, known := seen[to]; known {
					continue
				}
				seen[to] = origin{at, both.pick()}
				if to == (pair{q, q, true}) {
					var word []rune
					for x := to; x != start; x = seen[x].from {
						word = append(word, seen[x].read)
					}
					slices.Reverse(word)
					return string(word), true
				}
				queue = append(queue, to)
			}
		}
	}
	return "", false
}

// reach returns a shortest text that leads to one of the states, that one
// included.
func (a *automaton) reach(goals ...int) string {
	from := map[int]int{}
	var queue []int
	for _, p := range a.first {
		if _, known := from[p]; !known {
			from[p] = -1
			queue = append(queue, p)
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		p := queue[0]
		if slices.Contains(goals, p) {
			var word []rune
			for ; p >= 0; p = from[p] {
				word = append(word, a.class[p].pick())
			}
			slices.Reverse(word)
			return string(word)
		}
		for _, e := range a.follow[p] {
			if _, known := from[e.to]; !known {
				from[e.to] = p
				queue = append(queue, e.to)
			}
		}
	}
	return ""
}

// witness returns a short text that matches, but for look-around.
func (a *automaton) witness() string { return a.reach(a.last...) }

// before returns a witness without its last character: where most patterns
// have their loops behind them.
func (a *automaton) before() string {
	w := []rune(a.witness())
	return string(w[:max(0, len(w)-1)])
}

// cycles numbers the strongly connected parts that hold a cycle (R. Tarjan,
// 1972); a state on no cycle has -1.
func (a *automaton) cycles() []int {
	n := len(a.class)
	t := tarjan{a: a, index: make([]int, n), low: make([]int, n), on: make([]bool, n), part: make([]int, n)}
	for p := range n {
		t.part[p] = -1
	}
	for p := range n {
		if t.index[p] == 0 {
			t.visit(p)
		}
	}
	return t.part
}

type tarjan struct {
	a          *automaton
	index, low []int
	on         []bool
	part       []int
	stack      []int
	next       int
}

func (t *tarjan) visit(p int) {
	t.next++
	t.index[p], t.low[p] = t.next, t.next
	t.stack, t.on[p] = append(t.stack, p), true
	for _, e := range t.a.follow[p] {
		q := e.to
		if t.index[q] == 0 {
			t.visit(q)
			t.low[p] = min(t.low[p], t.low[q])
		} else if t.on[q] {
			t.low[p] = min(t.low[p], t.index[q])
		}
	}
	if t.low[p] != t.index[p] {
		return
	}
	at := slices.Index(t.stack, p)
	members := t.stack[at:]
	for _, q := range members {
		t.on[q] = false
		if len(members) > 1 || slices.ContainsFunc(t.a.follow[q], func(e edge) bool { return e.to == q }) {
			t.part[q] = p
		}
	}
	t.stack = t.stack[:at]
}
