import { Container, Group } from '@mantine/core';
import { Link, Outlet } from '@tanstack/react-router';
import { ColourSchemeControl } from './colour-scheme-control.js';
import { HealthBanner } from './health-banner.js';
import classes from './shell.module.css';

/** What every page stands in. */
export function Shell() {
  return (
    <>
      <a href="#main" className={classes.skip}>
        Skip to the content
      </a>
      <header className={classes.header}>
        <Container size="xl" className={classes.bar}>
          <Link to="/runs" className={classes.brand} aria-label="Patchbay">
            <img src="/favicon.svg" alt="" width={20} height={20} />
            <span>Patchbay</span>
          </Link>
          <nav aria-label="Main" className={classes.nav}>
            <Link to="/runs" activeOptions={{ exact: true, includeSearch: false }} className={classes.link}>
              Runs
            </Link>
            <Link to="/submit" activeOptions={{ includeSearch: false }} className={classes.link}>
              New run
            </Link>
          </nav>
          <Group ml="auto">
            <ColourSchemeControl />
          </Group>
        </Container>
      </header>
      <HealthBanner />
      <Container size="xl" component="main" id="main" tabIndex={-1} className={classes.main}>
        <Outlet />
      </Container>
    </>
  );
}
