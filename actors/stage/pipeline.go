// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"context"

	"github.com/longshore-io/connect"
)

// operation is one step of a record's way: a transform with its predicate, or a converter.
type operation struct {
	Step
	do func(context.Context) error
}

// origin is where a record came from, source or consumed, and what becomes of one of a source.
type origin struct {
	source   *connect.SourceRecord
	consumed *Consumed
	record   *connect.Record
	message  *Message
}

// pipeline takes one record at a time through its operations. The operations share its record instead of passing it on,
// so that a retry is the same call again and a record that fails nowhere costs nothing but the calls. A transform that is
// tried again gets the record as its first attempt left it: one that returns a transient error has to leave it alone.
type pipeline struct {
	operator   *Operator
	operations []operation
	chain      chain
	// record is what the operations work on; nil once a transform has dropped it.
	record *connect.Record
	// at is the operation that runs, for a panic out of it.
	at int
}

// run says whether the record is still there at the end.
func (p *pipeline) run(ctx context.Context, from origin) (kept bool, err error) {
	defer func() {
		if v := recover(); v != nil {
			_, err = p.settle(ctx, from, caught(v))
			kept = false
		}
	}()
	for i := range p.operations {
		p.at = i
		if err := p.operations[i].do(ctx); err != nil {
			if mended, err := p.settle(ctx, from, err); !mended {
				return false, err
			}
		}
		if p.record == nil {
			return false, nil
		}
	}
	return true, nil
}

func (p *pipeline) settle(ctx context.Context, from origin, err error) (mended bool, _ error) {
	o := &p.operations[p.at]
	if from.source != nil {
		from.record = p.record
	}
	return p.operator.settle(ctx, from, o.Step, err, func() error { return o.do(ctx) })
}

func (p *pipeline) addTransforms() {
	for _, l := range p.chain {
		p.operations = append(p.operations, operation{Step{connect.StageTransformation, l.class}, func(ctx context.Context) error {
			r, err := l.apply(ctx, p.record)
			if err == nil {
				p.record = r
			}
			return err
		}})
	}
}

func (p *pipeline) add(stage connect.Stage, class string, do func(context.Context) error) {
	p.operations = append(p.operations, operation{Step{stage, class}, do})
}

// Operator returns the rules of errors.* that this record's way runs under, with their counters.
func (p *pipeline) Operator() *Operator { return p.operator }

// Close closes the transforms and predicates. It is called once, after the last Convert.
func (p *pipeline) Close() error { return p.chain.close() }
