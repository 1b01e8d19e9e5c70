// What every scope begins with. Each scope has a realm (globals) of its own; a variable that it
// does not have is looked for in the scope outside, and outside of all of them it is undefined
// instead of an error, as in Maestro: `${NAME || 'default'}` works.
//
// `outer` is what the scope outside gave back, if there is one; `host` has the functions that
// reach farmhand.
(function (outer, host) {
  'use strict';

  const evaluate = eval; // Called by another name it sees this realm's globals, `let` included.
  const text = String;
  const { defineProperty, freeze, hasOwn, setPrototypeOf } = Object;
  const { apply, ownKeys } = Reflect;
  const { isArray } = Array;
  const { trunc } = Math;
  const { isConcatSpreadable, match, replace: replacing, split } = Symbol;
  const identifier = /^[A-Za-z_$][\w$]*$/;
  const isIdentifier = (name) => typeof name === 'string' && identifier.test(name);
  const base = Object.prototype;
  // Tells whether a look-up has come out of the outermost scope without finding anything.
  const search = outer ? outer.search : { missed: false };

  // Reading, assigning and asking for a variable of this scope or one outside of it.
  const scope = {
    search,
    get: (name) => evaluate(name),
    set: (name, value) => evaluate('(value) => { ' + name + ' = value; }')(value),
    has(name) {
      if (hasOwn(globalThis, name)) return true;
      search.missed = false;
      try {
        evaluate(name);
      } catch {
        return !search.missed; // A `let` that is not initialised yet, or a reserved word.
      }
      return !search.missed;
    },
  };

  setPrototypeOf(globalThis, new Proxy(base, {
    get(_, name) {
      if (name in base || !isIdentifier(name)) return base[name];
      if (outer) return outer.get(name);
      search.missed = true;
      return undefined;
    },
    has: (_, name) => name in base || (outer !== undefined && isIdentifier(name) && outer.has(name)),
    set(_, name, value, globals) {
      if (outer && isIdentifier(name) && outer.has(name)) {
        outer.set(name, value);
        return true;
      }
      return Reflect.defineProperty(globals, name, {
        value, writable: true, enumerable: true, configurable: true,
      });
    },
  }));

  const give = (name, value) =>
    defineProperty(globalThis, name, { value, writable: false, enumerable: false, configurable: true });

  if (!outer) {
    const noNetwork = () => {
      throw new Error('http is not available: scripts have no access to the network');
    };
    const log = (...values) => host.log(values.map((value) => text(value)).join(' '));
    give('json', (value) => JSON.parse(value));
    give('relativePoint', (x, y) => Math.ceil(x * 100) + '%,' + Math.ceil(y * 100) + '%');
    give('output', {});
    give('maestro', { copiedText: '', platform: 'android' });
    give('console', freeze({ log, debug: log, info: log, warn: log, error: log }));
    give('http', freeze({
      get: noNetwork, post: noNetwork, put: noNetwork, delete: noNetwork, request: noNetwork,
    }));
  }

  // The time limit is checked between the steps of a script, and where a script's functions are
  // called, so a single built-in call must not take for ever: none over an array that is long
  // only by its `length`, and none that compares every place of a huge text with a huge text.
  // What a guard looks at must be what the built-in sees: it looks once and hands on the result.
  // It uses nothing that a script can replace.
  const mostItems = 1e7;
  const tooMuch = (name) => new RangeError(name + ': too much to do');
  const isObject = (value) =>
    (typeof value === 'object' && value !== null) || typeof value === 'function';
  const replace = (type, methods) => {
    for (const name of ownKeys(methods)) {
      defineProperty(type, name, {
        value: methods[name], writable: true, enumerable: false, configurable: true,
      });
    }
  };
  const lengthOf = (name, value) => {
    const length = trunc(value.length) || 0;
    if (length > mostItems) throw tooMuch(name);
    return length;
  };

  // Only an array's own `length` is sure to stay what it is, if no proxy stands before it.
  const refuseArray = (target) => {
    if (isArray(target)) throw new TypeError('a Proxy of an array is not available');
  };
  const { revocable } = Proxy;
  replace(globalThis, {
    Proxy: new Proxy(Proxy, {
      construct(type, [target, handler]) {
        refuseArray(target);
        return new type(target, handler);
      },
    }),
  });
  replace(Proxy, {
    revocable(target, handler) {
      refuseArray(target);
      return revocable(target, handler);
    },
  });

  // Anything else, such as `arguments`, is copied, and cannot be changed by an array's methods.
  const changes = {
    __proto__: null, copyWithin: true, fill: true, pop: true, push: true, reverse: true,
    shift: true, sort: true, splice: true, unshift: true,
  };
  const arrayOf = (name, value) => {
    if (isArray(value)) {
      lengthOf(name, value);
      return value;
    }
    if (value === null || value === undefined) throw new TypeError(name + ': not an object');
    if (changes[name]) throw new TypeError(name + ': not an array');
    const from = Object(value);
    const copy = [];
    const length = lengthOf(name, from);
    for (let i = 0; i < length; i++) if (i in from) copy[i] = from[i];
    if (length > 0) copy.length = length;
    return copy;
  };
  for (const name of ownKeys(Array.prototype)) {
    const original = Array.prototype[name];
    // `toString` calls `join`.
    if (typeof original !== 'function' || name === 'constructor' || name === 'toString') continue;
    const shown = text(name);
    replace(Array.prototype, {
      [name](...values) {
        return apply(original, arrayOf(shown, this), values);
      },
    });
  }

  // Those that go over the arrays in an array see their lengths only on the way.
  const appendAll = (name, to, from, depth) => {
    const length = lengthOf(name, from);
    for (let i = 0; i < length; i++) {
      if (!(i in from)) continue;
      const value = from[i];
      if (depth > 0 && isArray(value)) appendAll(name, to, value, depth - 1);
      else to[to.length] = value;
    }
  };
  replace(Array.prototype, {
    concat(...values) {
      const all = [];
      const add = (value) => {
        const spreads = isObject(value) && (value[isConcatSpreadable] ?? isArray(value));
        if (!spreads) {
          all[all.length] = value;
          return;
        }
        const begin = all.length;
        const length = lengthOf('concat', value);
        if (begin + length > mostItems) throw tooMuch('concat');
        for (let i = 0; i < length; i++) if (i in value) all[begin + i] = value[i];
        all.length = begin + length;
      };
      add(this);
      for (let i = 0; i < values.length; i++) add(values[i]);
      return all;
    },
    flat(depth = 1) {
      const all = [];
      appendAll('flat', all, arrayOf('flat', this), trunc(depth) || 0);
      return all;
    },
    flatMap(act, self) {
      const from = arrayOf('flatMap', this);
      const all = [];
      const length = lengthOf('flatMap', from);
      for (let i = 0; i < length; i++) {
        if (!(i in from)) continue;
        const value = apply(act, self, [from[i], i, from]);
        if (isArray(value)) appendAll('flatMap', all, value, 0);
        else all[all.length] = value;
      }
      return all;
    },
  });

  // A list of names goes through all of its places.
  const { stringify } = JSON;
  replace(JSON, {
    stringify(value, how, space) {
      if (isArray(how)) lengthOf('stringify', how);
      return stringify(value, how, space);
    },
  });

  // Texts are made of objects once, before they are measured.
  const textOf = (value) => (isObject(value) ? text(value) : value);
  const among = { indexOf: undefined, lastIndexOf: undefined, includes: match,
    split, replace: replacing, replaceAll: replacing };
  for (const name of ownKeys(among)) {
    const original = String.prototype[name];
    replace(String.prototype, {
      [name](part, ...values) {
        const way = among[name];
        if (way && isObject(part)) {
          const by = part[way];
          if (by !== undefined && by !== null) {
            // A regular expression: it is asked whether it is to end.
            if (name === 'includes') throw new TypeError('includes: a regular expression');
            if (name === 'replaceAll' && !text(part.flags).includes('g')) {
              throw new TypeError('replaceAll: a regular expression without g');
            }
            return apply(by, part, [textOf(this), ...values]);
          }
        }
        const whole = textOf(this);
        const looked = textOf(part);
        if (typeof whole === 'string' && typeof looked === 'string'
          && whole.length * looked.length > 1e9) throw tooMuch(name);
        return apply(original, whole, arguments.length > 0 ? [looked, ...values] : []);
      },
    });
  }

  defineProperty(globalThis, '__farmhand', {
    value: freeze({
      scope,
      // Sets a variable of this scope, whatever there is outside.
      put(name, value) {
        if (hasOwn(globalThis, name)) {
          globalThis[name] = value;
        } else {
          defineProperty(globalThis, name, {
            value, writable: true, enumerable: true, configurable: true,
          });
        }
      },
      copied(value) {
        maestro.copiedText = value;
      },
      // A value as the text that stands in its place.
      show(value, longest) {
        const shown = text(value);
        if (shown.length > longest) {
          throw new RangeError('the value is longer than ' + longest + ' characters');
        }
        return shown.toWellFormed();
      },
    }),
  });
})
