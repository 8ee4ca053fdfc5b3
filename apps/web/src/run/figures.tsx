import classes from './figures.module.css';

export interface Figure {
  name: string;
  value: string;
}

/** A row of named readings. */
export function Figures({ figures }: { figures: readonly Figure[] }) {
  return (
    <dl className={classes.row}>
      {figures.map(({ name, value }) => (
        <div key={name} data-figure={name}>
          <dt className={classes.name}>{name}</dt>
          <dd className={classes.value}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
