package storetest

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// server is a PostgreSQL server that only this test binary knows.
type server struct {
	dir      string // holds its files and its socket
	command  *exec.Cmd
	ended    chan struct{}
	commands *pgx.Conn
	made     int    // databases so far
	template string // the database that is up to date, "" before there is one
}

// running is the server of this test binary, started by the first test that
// wants it and stopped by Main.
var running struct {
	mu     sync.Mutex
	inMain bool
	server *server
	err    error
}

// Main runs the tests of a package, stops the server that they may have
// started and returns the exit code. Packages that use Postgres call it from
// TestMain.
func Main(m *testing.M) int {
	running.inMain = true
	code := m.Run()
	running.mu.Lock()
	defer running.mu.Unlock()
	if running.server != nil {
		if err := running.server.stop(); err != nil {
			fmt.Fprintln(os.Stderr, "stop PostgreSQL:", err)
			code = max(code, 1)
		}
	}
	return code
}

// lockedRole is who needs a password.
const lockedRole = "locked"

// Password is the one in the URL that LockedPostgres returns.
const Password = "storetest-secret"

// LockedPostgres returns the URL of a fresh database that is up to date, for a
// role that needs the Password in it.
func LockedPostgres(t testing.TB) string {
	t.Helper()
	return strings.Replace(Postgres(t), "postgres@", lockedRole+":"+Password+"@", 1)
}

// EmptyPostgres returns the URL of a fresh database without tables. The server
// is this test binary's own.
func EmptyPostgres(t testing.TB) string {
	t.Helper()
	return create(t, (*server).createEmpty)
}

// Postgres returns the URL of a fresh database that is up to date. The server
// is this test binary's own.
func Postgres(t testing.TB) string {
	t.Helper()
	return create(t, (*server).createMigrated)
}

// create makes a database on the server, starting it if need be.
func create(t testing.TB, of func(*server, context.Context) (url string, err error)) string {
	t.Helper()
	running.mu.Lock()
	defer running.mu.Unlock()
	if !running.inMain {
		t.Fatal("a package whose tests use PostgreSQL needs: func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }")
	}
	if running.server == nil && running.err == nil {
		running.server, running.err = startServer()
	}
	if running.err != nil {
		t.Fatal(running.err)
	}
	url, err := of(running.server, context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	return url
}

// binaries finds the folder of the server's programs.
func binaries() (string, error) {
	if path, err := exec.LookPath("postgres"); err == nil {
		return filepath.Dir(path), nil
	}
	var found []string
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin/postgres", "/usr/pgsql-*/bin/postgres", "/opt/homebrew/opt/postgresql*/bin/postgres"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			return "", err
		}
		found = append(found, paths...)
	}
	if len(found) == 0 {
		return "", errors.New("the tests need PostgreSQL's server programs (initdb, postgres): run deploy/test-tools.sh, or install the package postgresql")
	}
	return filepath.Dir(slices.Max(found)), nil
}

// startServer makes a cluster in a folder of its own and starts it. Nothing
// listens on the network.
func startServer() (*server, error) {
	programs, err := binaries()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "pg") // short: the path of a socket has little room
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir, ended: make(chan struct{})}
	attributes, err := s.owner()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	initdb := exec.CommandContext(context.Background(), filepath.Join(programs, "initdb"),
		"--pgdata", s.data(), "--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync")
	initdb.Dir, initdb.SysProcAttr = dir, attributes
	if output, err := initdb.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w\n%s", err, output), os.RemoveAll(dir))
	}
	rules := fmt.Sprintf("local all %s scram-sha-256\nlocal all postgres trust\n", lockedRole)
	if err := os.WriteFile(filepath.Join(s.data(), "pg_hba.conf"), []byte(rules), 0o600); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := s.start(programs, attributes); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if s.commands, err = pgx.Connect(context.Background(), s.url("postgres", "postgres")); err != nil {
		return nil, errors.Join(fmt.Errorf("connect to PostgreSQL: %w", err), s.stop())
	}
	if _, err := s.commands.Exec(context.Background(), "CREATE ROLE "+lockedRole+" SUPERUSER LOGIN PASSWORD '"+Password+"'"); err != nil {
		return nil, errors.Join(fmt.Errorf("create a role: %w", err), s.stop())
	}
	return s, nil
}

// data is the folder of the cluster.
func (s *server) data() string { return filepath.Join(s.dir, "data") }

// url is how a role reaches a database.
func (s *server) url(role, name string) string {
	return fmt.Sprintf("postgres://%s@/%s?host=%s&sslmode=disable", role, name, s.dir)
}

// owner hands the folder to somebody who is not root, whom the server refuses.
func (s *server) owner() (*syscall.SysProcAttr, error) {
	attributes := &syscall.SysProcAttr{}
	endWithParent(attributes)
	if os.Getuid() != 0 {
		return attributes, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		if account, err = user.Lookup("nobody"); err != nil {
			return nil, fmt.Errorf("root cannot run PostgreSQL, and there is nobody else: %w", err)
		}
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	attributes.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return attributes, os.Chown(s.dir, int(uid), int(gid))
}

// start starts the server and returns once it takes connections. Only a
// benchmark waits for the disk.
func (s *server) start(programs string, attributes *syscall.SysProcAttr) error {
	fsync := "off"
	if bench := flag.Lookup("test.bench"); bench != nil && bench.Value.String() != "" {
		fsync = "on"
	}
	s.command = exec.CommandContext(context.Background(), filepath.Join(programs, "postgres"), "-D", s.data(), "-k", s.dir,
		"-c", "listen_addresses=", "-c", "fsync="+fsync, "-c", "full_page_writes="+fsync, "-c", "max_connections=300")
	s.command.Dir, s.command.SysProcAttr = s.dir, attributes
	log, err := s.command.StderrPipe()
	if err != nil {
		return err
	}
	begun, ready := make(chan error, 1), make(chan string, 1)
	go func() {
		// The server ends with the thread that started it, so the thread stays.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := s.command.Start(); err != nil {
			begun <- err
			return
		}
		begun <- nil
		ready <- until(log, "ready to accept connections")
		_, _ = io.Copy(io.Discard, log) // to its end
		_ = s.command.Wait()            // its status tells nothing that matters
		close(s.ended)
	}()
	if err := <-begun; err != nil {
		return err
	}
	if said := <-ready; said != "" {
		<-s.ended
		return fmt.Errorf("PostgreSQL did not start:\n%s", said)
	}
	return nil
}

// until reads lines up to one that holds the words; it returns all of them if
// none does.
func until(log io.Reader, words string) string {
	var said strings.Builder
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		if strings.Contains(lines.Text(), words) {
			return ""
		}
		said.WriteString(lines.Text() + "\n")
	}
	return said.String() + "(it ended)"
}

// createEmpty makes a database without tables.
func (s *server) createEmpty(ctx context.Context) (url string, err error) {
	return s.create(ctx, "template1")
}

// createMigrated makes a database that is up to date: a copy of one that is.
func (s *server) createMigrated(ctx context.Context) (url string, err error) {
	if s.template == "" {
		if url, err = s.createEmpty(ctx); err != nil {
			return "", err
		}
		if err := migrate(url); err != nil {
			return "", err
		}
		s.template = fmt.Sprint("test_", s.made)
	}
	return s.create(ctx, s.template)
}

// create copies a database.
func (s *server) create(ctx context.Context, template string) (url string, err error) {
	s.made++
	name := fmt.Sprint("test_", s.made)
	if _, err := s.commands.Exec(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template); err != nil {
		return "", fmt.Errorf("create a database: %w", err)
	}
	return s.url("postgres", name), nil
}

// stop ends the server without waiting for its clients and removes its files.
func (s *server) stop() error {
	if s.commands != nil {
		_ = s.commands.Close(context.Background()) // the server ends anyway
	}
	err := s.command.Process.Signal(syscall.SIGQUIT)
	<-s.ended
	return errors.Join(err, os.RemoveAll(s.dir))
}
