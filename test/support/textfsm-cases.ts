// biome-ignore-all lint/suspicious/noTemplateCurlyInString: TextFSM writes the places of its Values so
import type { Row } from '../../packages/core/src/textfsm/run-template.ts'

export interface TextFsmCase {
  readonly title: string
  readonly template: string
  readonly text: string
  /** Worked out by hand from the format's description. */
  readonly rows: readonly Row[]
}

/** What the format's description says, one case for each of its sentences. */
export const textFsmCases: readonly TextFsmCase[] = [
  {
    title: 'records at the end of the text what was matched last',
    template: 'Value Name (\\S+)\nValue Age (\\d+)\n\nStart\n  ^name ${Name}\n  ^age $Age\n',
    text: 'name ada\nage 36\n',
    rows: [['ada', '36']],
  },
  {
    title: 'records nothing at the end with an empty EOF state',
    template: 'Value Name (\\S+)\n\nStart\n  ^name ${Name}\n  ^-- -> Record\n\nEOF\n',
    text: 'name ada\n--\nname lost\n',
    rows: [['ada']],
  },
  {
    title: 'records nothing at the end when it went to End, and reads no further line',
    template: 'Value Name (\\S+)\n\nStart\n  ^name ${Name} -> Record\n  ^stop -> End\n',
    text: 'name ada\nstop\nname bob\n',
    rows: [['ada']],
  },
  {
    title: 'stops at a rule that leads to EOF, and records what is there',
    template: 'Value Name (\\S+)\n\nStart\n  ^name ${Name}\n  ^stop -> EOF\n',
    text: 'name ada\nstop\nname bob\n',
    rows: [['ada']],
  },
  {
    title: 'matches from the start of a line, the first rule first',
    template: 'Value A (\\w+)\nValue B (\\w+)\n\nStart\n  ^x ${A}\n  ^\\s*x ${B} -> Record\n',
    text: ' x one\nx two\nyx three\n x four\n',
    rows: [
      ['', 'one'],
      ['two', 'four'],
    ],
  },
  {
    title: 'writes the end of a line as two dollar signs',
    template: 'Value Port (\\d+)\n\nStart\n  ^port ${Port}$$ -> Record\n',
    text: 'port 1 up\nport 2\n',
    rows: [['2']],
  },
  {
    title: 'leaves out rows that lack what is Required, and begins the next one anew',
    template:
      'Value Required Name (\\S+)\nValue Note (\\S+)\n\nStart\n  ^name ${Name}\n  ^note ${Note}\n  ^-- -> Record\n',
    text: 'note first\n--\nname ada\n--\nnote only\n--\n',
    rows: [['ada', '']],
  },
  {
    title: 'fills Filldown values down until they are matched again',
    template:
      'Value Filldown Site (\\S+)\nValue Required Name (\\S+)\n\nStart\n  ^site ${Site}\n  ^name ${Name} -> Record\n',
    text: 'name zero\nsite fra\nname one\nname two\nsite muc\nname three\n',
    rows: [
      ['', 'zero'],
      ['fra', 'one'],
      ['fra', 'two'],
      ['muc', 'three'],
    ],
  },
  {
    title: 'makes a row of a Filldown value alone, unless something is Required',
    template: 'Value Filldown Site (\\S+)\nValue Name (\\S+)\n\nStart\n  ^site ${Site}\n  ^name ${Name} -> Record\n',
    text: 'site fra\nname one\n',
    rows: [
      ['fra', 'one'],
      ['fra', ''],
    ],
  },
  {
    title: 'fills Fillup values up to the row that has one',
    template: 'Value Name (\\S+)\nValue Fillup Site (\\S+)\n\nStart\n  ^name ${Name} -> Record\n  ^in ${Site}\n\nEOF\n',
    text: 'name one\nname two\nin fra\nname three\nname four\nin muc\n',
    rows: [
      ['one', 'fra'],
      ['two', 'fra'],
      ['three', 'fra'],
      ['four', 'muc'],
    ],
  },
  {
    title: 'collects List values of a row',
    template:
      'Value Name (\\S+)\nValue List Ports (\\d+)\n\nStart\n  ^name ${Name}\n  ^port ${Ports}\n  ^-- -> Record\n',
    text: 'name ada\nport 1\nport 2\n--\nname bob\n--\n',
    rows: [
      ['ada', ['1', '2']],
      ['bob', []],
    ],
  },
  {
    title: 'keeps a List that is Filldown from row to row',
    template:
      'Value Filldown,List All (\\d+)\nValue Required Name (\\S+)\n\nStart\n  ^port ${All}\n  ^name ${Name} -> Record\n',
    text: 'port 1\nname ada\nport 2\nname bob\n',
    rows: [
      [['1'], 'ada'],
      [['1', '2'], 'bob'],
    ],
  },
  {
    title: 'makes mappings of a List with named groups inside',
    template: 'Value List Lines ((?P<port>\\S+)\\s+(?P<state>up|down))\n\nStart\n  ^${Lines}\n',
    text: 'eth1  up\nnothing\neth2  down\n',
    rows: [
      [
        [
          { port: 'eth1', state: 'up' },
          { port: 'eth2', state: 'down' },
        ],
      ],
    ],
  },
  {
    title: 'goes on with the next rules after Continue',
    template: 'Value First (\\w)\nValue Rest (\\w+)\n\nStart\n  ^${First} -> Continue\n  ^\\w${Rest} -> Record\n',
    text: 'abc\ndef\n',
    rows: [
      ['a', 'bc'],
      ['d', 'ef'],
    ],
  },
  {
    title: 'takes several values of one line by Continue.Record',
    template: 'Value Port (\\d+)\n\nStart\n  ^${Port} -> Continue.Record\n  ^\\d+\\s+${Port} -> Continue.Record\n',
    text: '1 2\n3 4\n',
    rows: [['1'], ['2'], ['3'], ['4']],
  },
  {
    title: 'clears with Clear what is not Filldown, and with Clearall everything',
    template:
      'Value Filldown Site (\\S+)\nValue Name (\\S+)\n\nStart\n  ^site ${Site}\n  ^name ${Name}\n  ^clear -> Clear\n  ^forget -> Clearall\n  ^-- -> Record\n',
    text: 'site fra\nname ada\nclear\n--\nname bob\nforget\nname eve\n--\n',
    rows: [
      ['fra', ''],
      ['', 'eve'],
    ],
  },
  {
    title: 'changes its state, and matches the rules of that state only',
    template:
      'Value Name (\\S+)\n\n# Until the table begins.\nStart\n  ^--- -> Table\n\nTable\n  ^end -> NoRecord Start\n  ^${Name} -> Next.Record\n',
    text: 'no\n---\nada\nend\nno\n---\nbob\n',
    rows: [['ada'], ['bob']],
  },
  {
    title: 'takes comments and blank lines where the description allows them',
    template:
      '# A table.\nValue Name (\\S+)\n  # One more.\nValue Age (\\d+)\n\n\n# States.\n\nStart\n  # A rule.\n  ^${Name} ${Age} -> Record\n\t^tab ${Name}\n ^one ${Name}\n',
    text: 'ada 36\ntab bob\n',
    rows: [
      ['ada', '36'],
      ['bob', ''],
    ],
  },
  {
    title: 'divides the rule from its action at the last arrow',
    template: 'Value Route (\\S+ -> \\S+)\n\nStart\n  ^${Route} -> Record\n  ^(\\S+) -> x -> Record\n',
    text: '10.0.0.0/8 -> eth0\n',
    rows: [['10.0.0.0/8 -> eth0']],
  },
  {
    title: 'gives nothing where an optional value had no part in the match, also to a List',
    template: 'Value Name (\\w+)\nValue List Flag (\\*)\n\nStart\n  ^${Name}(?:\\s${Flag})? -> Record\n',
    text: 'ada *\nbob\n',
    rows: [
      ['ada', ['*']],
      ['bob', [null]],
    ],
  },
  {
    title: 'writes an empty match as an empty text, which does not make a row empty',
    template: 'Value A (x*)\nValue B (y)\n\nStart\n  ^-${A} -> Record\n',
    text: '-\n',
    rows: [['', '']],
  },
  {
    title: 'understands Python’s way to write patterns',
    template: 'Value A (\\d{,2})\nValue B (?:x|(y))\n\nStart\n  ^${A}:up\\Z -> Record\n',
    text: '12:up\n123:up\n',
    rows: [['12', '']],
  },
  {
    title: 'divides lines at all the ends that Python knows',
    template: 'Value A (\\w+)\n\nStart\n  ^${A}$$ -> Record\n',
    text: 'a\r\nb\rc\u2028d\n\ne',
    rows: [['a'], ['b'], ['c'], ['d'], ['e']],
  },
]
