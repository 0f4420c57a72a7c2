// SPDX-License-Identifier: Apache-2.0

package database

import (
	"context"
	"database/sql/driver"
	"net"
	"sync"
	"time"

	mssql "github.com/microsoft/go-mssqldb"
)

// limitedLogin ends a login with its context, or when it takes too long: the driver itself looks at that while it dials only. It is for one login
// after the other.
type limitedLogin struct {
	*mssql.Connector
	limit time.Duration
}

// Connect implements driver.Connector.
func (l *limitedLogin) Connect(ctx context.Context) (driver.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, l.limit)
	defer cancel()
	dialed := &closing{}
	l.Dialer = dialed
	stop := context.AfterFunc(ctx, dialed.close)
	defer stop()
	conn, err := l.Connector.Connect(ctx)
	if err != nil && ctx.Err() != nil {
		err = ctx.Err() // it says more than that the connection was closed
	}
	return conn, err
}

// closing is a dialer whose connections can be closed together.
type closing struct {
	net.Dialer

	mu     sync.Mutex
	closed bool
	conns  []net.Conn
}

// DialContext implements mssql.Dialer.
func (d *closing) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := d.Dialer.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	d.conns = append(d.conns, conn)
	late := d.closed
	d.mu.Unlock()
	if late {
		d.close()
	}
	return conn, nil
}

func (d *closing) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	for _, conn := range d.conns {
		_ = conn.Close()
	}
}
